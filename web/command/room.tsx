import { lazy, Suspense, useEffect, useState } from 'react';
import { usePages } from '../kit/query.ts';
import { useMe } from '../kit/session.ts';
import { Skeleton } from '../kit/ui/states.tsx';
import { PrintMark } from '../kit/ui/print-mark.tsx';
import { Toasts } from '../kit/ui/toast.tsx';
import { useView } from '../kit/view.ts';
import { listAlerts } from '#watch/alerts/contract.ts';
import { Detail } from './detail/detail.tsx';
import { filterOf } from './filter.ts';
import { Header } from './header.tsx';
import { useKeyboard } from './keyboard.tsx';
import { useLiveRoom } from './live-room.ts';
import { Panels } from './panels/panels.tsx';
import { Queue } from './queue/queue.tsx';
import { useCommandWords } from './words.ts';

const MapPane = lazy(() => import('./panels/map-pane.tsx'));

/** The whole room: queue, map, and either one alert or the panels. Everything shown is in the address. */
export function Room() {
  const { t } = useCommandWords();
  const me = useMe();
  const [view, change] = useView();
  const list = usePages(listAlerts, { query: filterOf(view) });
  const [marked, setMarked] = useState<ReadonlySet<number>>(new Set());
  const chosenId = view['alert'] ? Number(view['alert']) : null;
  const [cursor, setCursor] = useState<number | null>(chosenId);
  const news = useLiveRoom();
  const { sheets, start } = useKeyboard({
    list,
    cursor,
    setCursor,
    marked,
    setMarked,
    chosenId,
    me,
  });
  useEffect(() => {
    document.title = `${t('command.main')} · ${t('app.name')}`;
  }, [t]);
  const open = (id: number): void => {
    setCursor(id);
    change({ alert: String(id) }, { push: true });
  };
  const isKiosk = view['kiosk'] === '1';
  useEffect(() => {
    document.documentElement.dataset['kiosk'] = isKiosk ? 'on' : 'off';
  }, [isKiosk]);
  const tab = view['tab'] ?? 'queue';
  return (
    <div className={isKiosk ? 'room kiosk' : 'room'} data-tab={tab} data-open={chosenId !== null}>
      <Header />
      <main className="stage">
        <h1 className="sr">{t('command.title')}</h1>
        <Suspense fallback={<div className="map-pane" />}>
          <MapPane chosenId={chosenId ?? cursor} rows={list.rows} onOpen={open} />
        </Suspense>
        <Queue
          list={list}
          cursor={cursor}
          marked={marked}
          onMark={setMarked}
          onOpen={open}
          start={start}
        />
        {chosenId === null ? (
          <Panels />
        ) : (
          <Suspense fallback={<Skeleton />}>
            <Detail key={chosenId} alertId={chosenId} start={start} />
          </Suspense>
        )}
        <nav className="tabs" aria-label={t('tab.label')}>
          {(['queue', 'map', 'panel'] as const).map((one) => (
            <button
              key={one}
              type="button"
              className="btn"
              aria-current={tab === one}
              onClick={() => change({ tab: one, alert: undefined })}
            >
              {t(`tab.${one}`)}
            </button>
          ))}
        </nav>
      </main>
      <p className="sr" aria-live="polite">
        {news}
      </p>
      {sheets}
      <Toasts />
      <PrintMark />
    </div>
  );
}
