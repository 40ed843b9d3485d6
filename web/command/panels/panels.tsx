import { lazy, Suspense } from 'react';
import { Skeleton } from '../../kit/ui/states.tsx';
import { useView } from '../../kit/view.ts';
import { useCommandWords } from '../words.ts';
import { AreasPanel } from './areas.tsx';
import { Board } from './board.tsx';
import { SourcesPanel } from './sources.tsx';

const Trend = lazy(() => import('./trend.tsx'));
const PANELS = ['trend', 'board', 'areas', 'sources'] as const;

export function Panels() {
  const { t } = useCommandWords();
  const [view, change] = useView();
  const panel = PANELS.find((one) => one === view['panel']) ?? 'trend';
  return (
    <aside className="side" aria-label={t('panel.label')}>
      <nav className="segments" aria-label={t('panel.label')}>
        {PANELS.map((one) => (
          <button
            key={one}
            type="button"
            className="btn"
            aria-current={panel === one}
            onClick={() => change({ panel: one })}
          >
            {t(`panel.${one}`)}
          </button>
        ))}
      </nav>
      {panel === 'trend' && (
        <Suspense fallback={<Skeleton lines={8} />}>
          <Trend />
        </Suspense>
      )}
      {panel === 'board' && <Board />}
      {panel === 'areas' && <AreasPanel />}
      {panel === 'sources' && <SourcesPanel />}
    </aside>
  );
}
