import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { executeBulk, previewBulk, undoBulk } from '#watch/alerts/contract.ts';
import { call } from '../../kit/api.ts';
import type { Me } from '../../kit/faces.ts';
import { ActorPick, type Named } from '../../kit/ui/actor-pick.tsx';
import { LevelBadge } from '../../kit/ui/level.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { toast } from '../../kit/ui/toast.tsx';
import { useView } from '../../kit/view.ts';
import { filterOf } from '../filter.ts';
import { useCommandWords } from '../words.ts';

type Preview = z.output<typeof previewBulk.answer>;

/** From a filter to a deed: first what it would touch, then exactly that, then a minute to take it back. */
export function BulkSheet({ me, onClose }: { me: Me | undefined; onClose: () => void }) {
  const { t, sorry } = useCommandWords();
  const [view] = useView();
  const [move, setMove] = useState<'acknowledge' | 'assign'>('acknowledge');
  const [to, setTo] = useState<Named | null>(me ? { id: me.id, name: me.name } : null);
  const [seen, setSeen] = useState<Preview>();
  const client = useQueryClient();
  const guard = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      toast(sorry(error), { bad: true });
    }
  };
  const refresh = (): void => void client.invalidateQueries();
  const preview = (): Promise<void> =>
    guard(async () => {
      const action = move === 'assign' && to ? { move, to } : { move: 'acknowledge' as const };
      setSeen(await call(previewBulk, { body: { filter: filterOf(view), action } }));
    });
  const undo = (id: number): Promise<void> =>
    guard(async () => {
      const { undone } = await call(undoBulk, { params: { id } });
      toast(t('bulk.undone', { count: undone }));
      refresh();
    });
  const go = (token: string): Promise<void> =>
    guard(async () => {
      const { bulkId, done, skipped } = await call(executeBulk, { body: { token } });
      const said = skipped.length > 0 ? 'bulk.skipped' : 'bulk.done';
      toast(t(said, { done, skipped: skipped.length }), { undo: () => void undo(bulkId) });
      refresh();
      onClose();
    });
  return (
    <Sheet title={t('bulk.title')} onClose={onClose}>
      <fieldset className="segments">
        <legend className="sr">{t('bulk.action')}</legend>
        {(['acknowledge', 'assign'] as const).map((one) => (
          <button
            key={one}
            type="button"
            className="btn"
            aria-pressed={move === one}
            onClick={() => {
              setMove(one);
              setSeen(undefined);
            }}
          >
            {t(`act.${one}`)}
          </button>
        ))}
      </fieldset>
      {move === 'assign' && (
        <ActorPick me={me} areaCode={view['area']} chosen={to} onChoose={setTo} />
      )}
      {seen && <Touches seen={seen} />}
      <div className="sheet-foot">
        <button type="button" className="btn" onClick={onClose}>
          {t('cancel')}
        </button>
        {seen ? (
          <button
            type="button"
            className="btn primary"
            disabled={seen.count === 0}
            onClick={() => void go(seen.token)}
          >
            {t('bulk.go')}
          </button>
        ) : (
          <button
            type="button"
            className="btn primary"
            disabled={move === 'assign' && !to}
            onClick={() => void preview()}
          >
            {t('bulk.preview')}
          </button>
        )}
      </div>
    </Sheet>
  );
}

function Touches({ seen }: { seen: Preview }) {
  const { t, say } = useCommandWords();
  return (
    <div className="col">
      <strong>{t('bulk.touches', { count: seen.count })}</strong>
      {seen.truncated && <p className="chip warn">{t('bulk.truncated', { max: seen.max })}</p>}
      <div className="row wrap">
        {seen.byLevel.map((one) => (
          <span key={one.level} className="row">
            <LevelBadge level={one.level} size={18} words /> {one.count}
          </span>
        ))}
      </div>
      <ul>
        {seen.byArea.slice(0, 8).map((one) => (
          <li key={one.areaCode} className="row">
            <span className="grow">{say(one.areaWords)}</span>
            <span className="num">{one.count}</span>
          </li>
        ))}
      </ul>
      <ul className="dim small">
        {seen.first.slice(0, 5).map((row) => (
          <li key={row.id} className="cut">
            {say(row.title)} · {say(row.subjectWords)}
          </li>
        ))}
      </ul>
    </div>
  );
}
