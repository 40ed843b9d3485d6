import { useState } from 'react';
import type { Area } from '#registers/areas/contract.ts';
import {
  passTask,
  returnTask,
  superviseTask,
  type TaskDetail,
  transferTask,
} from '#response/tasks/contract.ts';
import { HOUR } from '#base/time.ts';
import { call } from '../../kit/api.ts';
import { useMe } from '../../kit/session.ts';
import { ActorPick, type Named } from '../../kit/ui/actor-pick.tsx';
import { AreaPick } from '../../kit/ui/area-pick.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { toast } from '../../kit/ui/toast.tsx';
import { useAct } from '../frame/act.ts';
import { useDeskWords } from '../words.ts';

export type SheetMove = 'assign' | 'return' | 'transfer' | 'supervise';
type Props = { move: SheetMove; task: TaskDetail; undo: () => void; onClose: () => void };
type Given = { note: string; to: Named | null; area: Area | undefined; hours: number };

const HOURS = [1, 2, 4, 24] as const;

/** What the move still lacks before it may be sent. */
const isReady = (move: SheetMove, { note, to, area }: Given): boolean =>
  move === 'assign' ? to !== null : note.trim() !== '' && (move !== 'transfer' || !!area);

function send(move: SheetMove, id: number, { note, to, area, hours }: Given) {
  const params = { id };
  const reason = note.trim();
  if (move === 'assign') {
    const more = reason ? { note: reason } : {};
    return call(passTask, { params, body: { ...(to ? { to } : {}), ...more } });
  }
  if (move === 'return') return call(returnTask, { params, body: { reason } });
  if (move === 'transfer') {
    return call(transferTask, { params, body: { areaCode: area?.code ?? '', reason } });
  }
  const dueAt = Date.now() + hours * HOUR;
  return call(superviseTask, { params, body: { note: reason, dueAt } });
}

export function MoveSheet({ move, task, undo, onClose }: Props) {
  const { t, say } = useDeskWords();
  const me = useMe();
  const { isBusy, act } = useAct('/api/tasks');
  const [given, setGiven] = useState<Given>({ note: '', to: null, area: undefined, hours: 1 });
  const patch = (more: Partial<Given>): void => setGiven({ ...given, ...more });
  const go = async (): Promise<void> => {
    const done = await act(() => send(move, task.id, given));
    if (!done) return;
    toast(t(`moved.${move}`), move === 'assign' ? { undo } : {});
    onClose();
  };
  return (
    <Sheet title={t(`move.${move}`)} onClose={onClose}>
      <p className="dim">
        #{task.id} {say(task.title)}
      </p>
      {move === 'assign' && (
        <ActorPick
          me={me}
          areaCode={task.hops.at(-1)?.areaCode ?? task.areaCode}
          chosen={given.to}
          onChoose={(to) => patch({ to })}
        />
      )}
      {move === 'transfer' && (
        <AreaPick
          label={t('move.toArea')}
          chosen={given.area}
          onChoose={(area) => patch({ area })}
        />
      )}
      <label className="field">
        <span>{t(move === 'assign' ? 'move.noteMaybe' : `move.why.${move}`)}</span>
        <textarea
          className="input"
          maxLength={500}
          value={given.note}
          onChange={(e) => patch({ note: e.target.value })}
        />
      </label>
      {move === 'supervise' && (
        <fieldset className="segments">
          <legend className="dim small">{t('move.due')}</legend>
          {HOURS.map((one) => (
            <button
              key={one}
              type="button"
              className="btn"
              aria-pressed={given.hours === one}
              onClick={() => patch({ hours: one })}
            >
              {t('move.in', { hours: one })}
            </button>
          ))}
        </fieldset>
      )}
      <div className="sheet-foot">
        <button type="button" className="btn" onClick={onClose}>
          {t('cancel')}
        </button>
        <button
          type="button"
          className="btn primary"
          disabled={!isReady(move, given) || isBusy}
          onClick={() => void go()}
        >
          {t(`move.${move}`)}
        </button>
      </div>
    </Sheet>
  );
}
