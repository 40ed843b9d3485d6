import { LevelBadge, levelOf } from '../kit/ui/level.tsx';
import { toast } from '../kit/ui/toast.tsx';
import { AnswerForm } from './parts/answer-form.tsx';
import { HandBack } from './parts/hand-back.tsx';
import { Phone } from './parts/phone.tsx';
import { SyncBanner } from './parts/sync-banner.tsx';
import { act, type MyTask, useField } from './store/sync.ts';
import { Due } from './task-list.tsx';
import { goTo, useFieldWords } from './words.ts';

export function TaskPage({ taskId }: { taskId: number }) {
  const { t } = useFieldWords();
  const { tasks } = useField();
  const task = tasks.find((one) => one.id === taskId);
  return (
    <>
      <header className="top">
        <a className="btn" href="#/">
          ← {t('field.back')}
        </a>
      </header>
      <SyncBanner />
      {task ? <Task task={task} /> : <p className="state">{t('field.gone')}</p>}
    </>
  );
}

function Task({ task }: { task: MyTask }) {
  const { t, say } = useFieldWords();
  const { outbox } = useField();
  const queued = outbox.filter((item) => item.taskId === task.id && !item.refused);
  const isAccepted = task.status !== 'waiting' || queued.some((item) => item.verb === 'accept');
  const isQueued = queued.some((item) => item.verb !== 'accept');
  const known = [task.placeName, task.address, say(task.areaWords)].filter((line) => line !== null);
  const where = [...new Set(known)];
  return (
    <>
      <section className={`panel edge-${levelOf(task.level)}`}>
        <div className="row">
          <LevelBadge level={task.level} size={28} />
          <h1 className="grow">{say(task.kindWords)}</h1>
          <Due task={task} />
        </div>
        <p>{say(task.title)}</p>
        <div className="row wrap">
          {task.supervised && <span className="chip bad">{t('task.supervised')}</span>}
          {task.attempts > 0 && (
            <span className="chip">{t('task.attempts', { count: task.attempts })}</span>
          )}
        </div>
        <dl className="facts">
          {task.personId !== null && (
            <>
              <dt>{t('task.who')}</dt>
              <dd>{task.personName ?? t('person.none')}</dd>
            </>
          )}
          <dt>{t('task.where')}</dt>
          <dd>
            {where.map((line) => (
              <div key={line}>{line}</div>
            ))}
          </dd>
        </dl>
        {task.personId !== null && <Phone taskId={task.id} />}
      </section>
      <Script task={task} />
      {!isAccepted && !isQueued && <Accept task={task} />}
      {isQueued && <p className="banner">{t('task.kept')}</p>}
      {!isQueued && /waiting|working/.test(task.status) && <AnswerForm task={task} />}
      {task.status === 'answered' && <Close task={task} />}
      {!isQueued && <HandBack task={task} />}
    </>
  );
}

/** What to say and do, line by line; came with the task, so it is there without a line. */
function Script({ task }: { task: MyTask }) {
  const { t, say } = useFieldWords();
  if (task.form.instruction.length === 0) return null;
  return (
    <section className="panel">
      <h2>{t('task.ask')}</h2>
      <ol className="script">
        {task.form.instruction.map((line) => (
          <li key={line.en}>{say(line)}</li>
        ))}
      </ol>
    </section>
  );
}

function Accept({ task }: { task: MyTask }) {
  const { t } = useFieldWords();
  const accept = async (): Promise<void> => {
    const fate = await act(task, 'accept', {});
    toast(t(fate === 'sent' ? 'task.accepted' : `task.${fate}`), { bad: fate === 'refused' });
  };
  return (
    <button type="button" className="btn primary big" onClick={() => void accept()}>
      {t('task.accept')}
    </button>
  );
}

function Close({ task }: { task: MyTask }) {
  const { t, say } = useFieldWords();
  const names = task.missing.map((name) => {
    const field = task.form.fields.find((one) => one.name === name);
    return field ? say(field.words) : name;
  });
  const close = async (): Promise<void> => {
    const fate = await act(task, 'close', {});
    toast(t(`task.${fate}`), { bad: fate === 'refused' });
    goTo('#/');
  };
  if (names.length > 0) {
    return (
      <>
        <p className="banner">{t('task.missing', { fields: names.join(t('list.comma')) })}</p>
        <AnswerForm task={task} />
      </>
    );
  }
  return (
    <button type="button" className="btn primary big" onClick={() => void close()}>
      {t('task.close')}
    </button>
  );
}
