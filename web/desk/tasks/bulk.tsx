import { useState } from 'react';
import type { z } from 'zod';
import { executeTaskBulk, previewTaskBulk, undoTask } from '#response/tasks/contract.ts';
import { call } from '../../kit/api.ts';
import { useMe } from '../../kit/session.ts';
import { ActorPick, type Named } from '../../kit/ui/actor-pick.tsx';
import { LevelBadge } from '../../kit/ui/level.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { toast } from '../../kit/ui/toast.tsx';
import { useView } from '../../kit/view.ts';
import { useAct } from '../frame/act.ts';
import { useDeskWords } from '../words.ts';
import { taskFilterOf } from './filter.ts';

type Preview = z.output<typeof previewTaskBulk.answer>;
type Props = { names: readonly string[]; onClose: () => void };

/** From a filter to a deed: first what it would touch, then exactly that, then a minute to take it back. */
export function BulkSheet({ names, onClose }: Props) {
  const { t, say } = useDeskWords();
  const me = useMe();
  const [view] = useView();
  const [move, setMove] = useState<'pass' | 'assign'>('pass');
  const [to, setTo] = useState<Named | null>(null);
  const [seen, setSeen] = useState<Preview>();
  const { isBusy, act } = useAct('/api/tasks');
  const preview = async (): Promise<void> => {
    const action = move === 'assign' && to ? { move, to } : { move: 'pass' as const };
    const body = { filter: taskFilterOf(view), action };
    setSeen(await act(() => call(previewTaskBulk, { body })));
  };
  const undo = async (ids: readonly number[]): Promise<void> => {
    const work = ids.map((id) => call(undoTask, { params: { id }, body: {} }));
    const settled = await act(() => Promise.allSettled(work));
    const count = settled?.filter((one) => one.status === 'fulfilled').length ?? 0;
    toast(t('tasks.undone', { count, all: ids.length }), { bad: count < ids.length });
  };
  const go = async (shown: Preview): Promise<void> => {
    const answer = await act(() => call(executeTaskBulk, { body: { token: shown.token } }));
    if (!answer) return;
    const left = new Set(answer.skipped.map((one) => one.id));
    const ids = shown.first.map((row) => row.id).filter((id) => !left.has(id));
    const said = left.size > 0 ? 'tasks.bulkSkipped' : 'tasks.bulkDone';
    const why = [...new Set(answer.skipped.map((one) => say(one.why)))].join(' ');
    const text = `${t(said, { done: answer.done, skipped: left.size })} ${why}`.trim();
    // The house takes moves back one by one: only when every id is known can all of them be.
    const isWhole = shown.first.length === shown.count && ids.length > 0;
    toast(isWhole ? text : `${text} ${answer.done > 0 ? t('tasks.undoSingly') : ''}`, {
      ...(isWhole ? { undo: () => void undo(ids) } : {}),
    });
    onClose();
  };
  return (
    <Sheet title={t('tasks.bulk')} onClose={onClose}>
      <p className="dim small">
        {names.length === 0
          ? t('tasks.bulkAll')
          : t('tasks.bulkBy', { filters: names.join(t('list.comma')) })}
      </p>
      <fieldset className="segments">
        <legend className="sr">{t('tasks.bulk')}</legend>
        {(['pass', 'assign'] as const).map((one) => (
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
            {t(`move.${one}`)}
          </button>
        ))}
      </fieldset>
      {move === 'assign' && (
        <ActorPick
          me={me}
          areaCode={view['area']}
          chosen={to}
          onChoose={(one) => {
            setTo(one);
            setSeen(undefined);
          }}
        />
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
            disabled={seen.count === 0 || isBusy}
            onClick={() => void go(seen)}
          >
            {t('tasks.go', { count: seen.count })}
          </button>
        ) : (
          <button
            type="button"
            className="btn primary"
            disabled={(move === 'assign' && !to) || isBusy}
            onClick={() => void preview()}
          >
            {t('tasks.preview')}
          </button>
        )}
      </div>
    </Sheet>
  );
}

function Touches({ seen }: { seen: Preview }) {
  const { t, say } = useDeskWords();
  return (
    <div className="col" aria-live="polite">
      <strong>{t('tasks.touches', { count: seen.count })}</strong>
      {seen.truncated && <p className="chip warn">{t('tasks.truncated', { max: seen.max })}</p>}
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
            #{row.id} {say(row.kindWords)} · {say(row.title)} · {row.post?.name}
          </li>
        ))}
      </ul>
    </div>
  );
}
