import { useState } from 'react';
import { prefixOf } from '#base/areas.ts';
import { acceptTask, passTask, type TaskDetail, undoTask } from '#response/tasks/contract.ts';
import { call } from '../../kit/api.ts';
import { may, type Me } from '../../kit/faces.ts';
import { useMe } from '../../kit/session.ts';
import { useNow } from '../../kit/time.ts';
import { toast } from '../../kit/ui/toast.tsx';
import { useAct } from '../frame/act.ts';
import { useDeskWords } from '../words.ts';
import { MoveSheet, type SheetMove } from './move-sheet.tsx';

/** Who sits at the post where the task lies, or above it: the house refuses everybody else. */
const holds = (me: Me, task: TaskDetail): boolean => {
  const here = task.hops.at(-1)?.areaCode ?? '';
  return task.holder?.id === me.id || here.startsWith(prefixOf(me.areaCode));
};

/** What an officer does with a task: accept, pass down, give to a person, return, move over, urge. */
export function TaskMoves({ task }: { task: TaskDetail }) {
  const { t } = useDeskWords();
  const me = useMe();
  const now = useNow();
  const { isBusy, act } = useAct('/api/tasks');
  const [sheet, setSheet] = useState<SheetMove>();
  if (!me) return null;
  const isMine = holds(me, task);
  const isOpen = task.status === 'waiting' || task.status === 'working';
  const isAtFoot = task.tier === 'community' || task.tier === 'investigation';
  const can = (move: string, action: string): boolean =>
    isMine && task.moves.includes(move) && may(me, action);
  const sheets: SheetMove[] = [
    ...(can('pass', 'task.pass') && isOpen ? (['assign'] as const) : []),
    ...(can('return', 'task.return') && task.tier !== 'city' ? (['return'] as const) : []),
    ...(can('transfer', 'task.return') ? (['transfer'] as const) : []),
    ...(isOpen && may(me, 'task.supervise') ? (['supervise'] as const) : []),
  ];
  const params = { id: task.id };
  const undo = (): void => {
    void act(() => call(undoTask, { params, body: {} }), t('move.undone'));
  };
  const accept = (): void =>
    void act(() => call(acceptTask, { params, body: {} }), t('move.accepted'));
  const pass = async (): Promise<void> => {
    const done = await act(() => call(passTask, { params, body: {} }));
    if (done) toast(t('move.passed', { post: done.post?.name ?? '' }), { undo });
  };
  const canAccept = can('accept', 'task.accept') && task.status === 'waiting';
  const canPass = can('pass', 'task.pass') && !isAtFoot;
  const canUndo = task.undoUntil !== null && task.undoUntil > now && may(me, 'task.pass');
  if (!canAccept && !canPass && !canUndo && sheets.length === 0) return null;
  return (
    <div className="row wrap no-print">
      {canAccept && (
        <button type="button" className="btn primary" disabled={isBusy} onClick={accept}>
          {t('move.accept')}
        </button>
      )}
      {canPass && (
        <button
          type="button"
          className={canAccept ? 'btn' : 'btn primary'}
          disabled={isBusy}
          onClick={() => void pass()}
        >
          {t('move.pass')}
        </button>
      )}
      {sheets.map((one) => (
        <button key={one} type="button" className="btn" onClick={() => setSheet(one)}>
          {t(`move.${one}`)}
        </button>
      ))}
      {canUndo && (
        <button type="button" className="btn quiet" disabled={isBusy} onClick={undo}>
          {t('undo')}
        </button>
      )}
      {sheet && (
        <MoveSheet move={sheet} task={task} undo={undo} onClose={() => setSheet(undefined)} />
      )}
    </div>
  );
}
