import { useQueryClient } from '@tanstack/react-query';
import { acceptTask, passTask, type TaskDetail, undoTask } from '#response/tasks/contract.ts';
import { call } from '../../kit/api.ts';
import { may, type Me } from '../../kit/faces.ts';
import { useMe } from '../../kit/session.ts';
import { useNow } from '../../kit/time.ts';
import { toast } from '../../kit/ui/toast.tsx';
import { useCommandWords } from '../words.ts';

/** Who sits at the post where the task lies. Those above supervise; they do not accept for it. */
const holds = (me: Me, task: TaskDetail): boolean =>
  task.holder?.id === me.id || task.hops.at(-1)?.areaCode === me.areaCode;

/** What a dispatcher does with a task that lies at the own post: accept, pass down, take back. */
export function TaskMoves({ task }: { task: TaskDetail }) {
  const { t, sorry } = useCommandWords();
  const me = useMe();
  const now = useNow();
  const client = useQueryClient();
  if (!me || !holds(me, task)) return null;
  const canAccept = task.status === 'waiting' && may(me, 'task.accept');
  const isAtFoot = task.tier === 'community' || task.tier === 'investigation';
  const canPass = task.moves.includes('pass') && !isAtFoot && may(me, 'task.pass');
  const canUndo = task.undoUntil !== null && task.undoUntil > now && may(me, 'task.pass');
  const go = async (move: typeof acceptTask | typeof passTask | typeof undoTask, done: string) => {
    try {
      await call(move, { params: { id: task.id }, body: {} });
      toast(done);
    } catch (error) {
      toast(sorry(error), { bad: true });
    }
    void client.invalidateQueries({
      predicate: (q) => /^\/api\/(alerts|tasks)/.test(String(q.queryKey[0])),
    });
  };
  if (!canAccept && !canPass && !canUndo) return null;
  return (
    <div className="row wrap">
      {canAccept && (
        <button
          type="button"
          className="btn"
          onClick={() => void go(acceptTask, t('task.accepted'))}
        >
          {t('task.accept')}
        </button>
      )}
      {canPass && (
        <button
          type="button"
          className="btn primary"
          onClick={() => void go(passTask, t('task.passed'))}
        >
          {t('task.pass')}
        </button>
      )}
      {canUndo && (
        <button
          type="button"
          className="btn quiet"
          onClick={() => void go(undoTask, t('task.undone'))}
        >
          {t('undo')}
        </button>
      )}
    </div>
  );
}
