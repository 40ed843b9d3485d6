import { useQueryClient } from '@tanstack/react-query';
import { acceptTask, passTask, type TaskRow, undoTask } from '#response/tasks/contract.ts';
import { call } from '../../kit/api.ts';
import { may } from '../../kit/faces.ts';
import { useMe } from '../../kit/session.ts';
import { toast } from '../../kit/ui/toast.tsx';
import { useCommandWords } from '../words.ts';

/** Accept or pass from a list row: the row knows no more than its status, the house decides the rest. */
export function HopMoves({ task }: { task: Pick<TaskRow, 'id' | 'status'> }) {
  const { t, sorry } = useCommandWords();
  const me = useMe();
  const client = useQueryClient();
  const params = { id: task.id };
  const run = async (work: () => Promise<unknown>, said: string, undo?: () => void) => {
    try {
      await work();
      toast(said, undo ? { undo } : {});
    } catch (error) {
      toast(sorry(error), { bad: true });
    }
    void client.invalidateQueries({
      predicate: (q) => String(q.queryKey[0]).startsWith('/api/tasks'),
    });
  };
  const undo = (): void => void run(() => call(undoTask, { params, body: {} }), t('task.undone'));
  const accept = (): void =>
    void run(() => call(acceptTask, { params, body: {} }), t('task.accepted'));
  const pass = (): void =>
    void run(() => call(passTask, { params, body: {} }), t('task.passed'), undo);
  const isHere = task.status === 'waiting' || task.status === 'working';
  return (
    <div className="row">
      {task.status === 'waiting' && may(me, 'task.accept') && (
        <button type="button" className="btn" onClick={accept}>
          {t('task.accept')}
        </button>
      )}
      {isHere && may(me, 'task.pass') && (
        <button type="button" className="btn" onClick={pass}>
          {t('task.pass')}
        </button>
      )}
    </div>
  );
}
