import { fullTime, shortTime, useNow } from '../kit/time.ts';
import { levelOf, LevelBadge } from '../kit/ui/level.tsx';
import { Attention } from './parts/attention.tsx';
import { SyncBanner, SyncPill } from './parts/sync-banner.tsx';
import { type MyTask, useField } from './store/sync.ts';
import { useFieldWords } from './words.ts';

/** What is due first stands first; the graver first where two are due together. */
const byDue = (a: MyTask, b: MyTask): number =>
  (a.dueAt ?? a.closeDueAt) - (b.dueAt ?? b.closeDueAt) || a.level - b.level;

export function TaskList() {
  const { t } = useFieldWords();
  const { tasks, outbox } = useField();
  return (
    <>
      <header className="top">
        <h1 className="grow">{t('field.title')}</h1>
        <SyncPill />
        <a className="btn" href="#/me">
          {t('field.me')}
        </a>
      </header>
      <SyncBanner />
      <Attention />
      {tasks.length === 0 && <p className="state">{t('field.empty')}</p>}
      <ul className="tasks">
        {tasks.toSorted(byDue).map((task) => (
          <TaskCard
            key={task.id}
            task={task}
            isQueued={outbox.some((item) => item.taskId === task.id && !item.refused)}
          />
        ))}
      </ul>
    </>
  );
}

function TaskCard({ task, isQueued }: { task: MyTask; isQueued: boolean }) {
  const { t, say } = useFieldWords();
  const home = say(task.areaWords).split(' · ').slice(-2).join(' · ');
  // A person is looked for at home, wherever the record was made.
  const who = [task.personName, task.personName ? home : (task.placeName ?? home)];
  return (
    <li className={`task edge-${levelOf(task.level)}`}>
      <a href={`#/task/${task.id}`}>
        <div className="row">
          <LevelBadge level={task.level} size={24} />
          <h2 className="grow">{say(task.kindWords)}</h2>
          <Due task={task} />
        </div>
        <p className="who">{who.filter(Boolean).join(' · ')}</p>
        <div className="row">
          <p className="grow dim small">{say(task.title)}</p>
          {isQueued ? (
            <span className="chip warn">{t('field.queued')}</span>
          ) : (
            <span className="go">{t('field.open')}</span>
          )}
        </div>
        {task.supervised && <span className="chip bad">{t('task.supervised')}</span>}
      </a>
    </li>
  );
}

export function Due({ task }: { task: Pick<MyTask, 'dueAt' | 'closeDueAt'> }) {
  const { t } = useFieldWords();
  const now = useNow();
  const due = task.dueAt ?? task.closeDueAt;
  const text = t('field.before', { time: shortTime(due, now) });
  return due < now ? (
    <span className="chip bad" title={fullTime(due)}>
      {text}
    </span>
  ) : (
    <span title={fullTime(due)}>{text}</span>
  );
}
