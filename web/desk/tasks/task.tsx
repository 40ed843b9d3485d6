import { Link, useParams } from '@tanstack/react-router';
import type { z } from 'zod';
import { readTask, type taskAnswer, type TaskDetail } from '#response/tasks/contract.ts';
import { useAnswer } from '../../kit/query.ts';
import { useNow } from '../../kit/time.ts';
import { At, AsOf, DueChip } from '../../kit/ui/clock.tsx';
import { LevelBadge } from '../../kit/ui/level.tsx';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { Page, ScrollBox } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';
import { TaskMoves } from './moves.tsx';

/** One task: whose hands it is in, how it came there, which clock runs and what was found. */
export function TaskPage() {
  const { t, say } = useDeskWords();
  const id = Number(useParams({ strict: false }).id);
  const { data, error, refetch, dataUpdatedAt } = useAnswer(
    readTask,
    { params: { id } },
    { refreshMs: 30_000 },
  );
  if (error) return <Sorry error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  return (
    <Page
      title={say(data.kindWords)}
      crumbs={<Link to="/tasks">{t('nav.tasks')}</Link>}
      actions={
        <button type="button" className="btn quiet" onClick={() => print()}>
          {t('print')}
        </button>
      }
    >
      <div className="row wrap">
        <LevelBadge level={data.level} words />
        <span className="chip">{t(`status.${data.status}`)}</span>
        {data.clock && data.dueAt !== null && (
          <DueChip dueAt={data.dueAt} label={t(`clock.${data.clock}`)} />
        )}
        {data.supervised && <span className="chip warn">{t('tasks.supervised')}</span>}
        {data.escalatedTo && (
          <span className="chip warn">
            {t('tasks.escalated', { tier: t(`tier.${data.escalatedTo}`) })}
          </span>
        )}
        <span className="grow" />
        <AsOf at={dataUpdatedAt} />
      </div>
      <TaskMoves task={data} />
      <Facts task={data} />
      <Hops task={data} />
      <Answers task={data} />
      <History task={data} />
    </Page>
  );
}

function Facts({ task }: { task: TaskDetail }) {
  const { t, say, word } = useDeskWords();
  const names = task.missing.map((name) => {
    const field = task.form.fields.find((one) => one.name === name);
    return field ? say(field.words) : name;
  });
  return (
    <dl className="facts card">
      <dt>{t('tasks.alert')}</dt>
      <dd>
        {task.alertId === null ? (
          say(task.title)
        ) : (
          <a href={`/command/?alert=${task.alertId}`}>{say(task.title)}</a>
        )}
      </dd>
      <dt>{t('tasks.about')}</dt>
      <dd>
        {task.personId !== null && (
          <Link to="/people/$id" params={{ id: String(task.personId) }}>
            {task.personName ?? t('person.nameless')}
          </Link>
        )}{' '}
        {task.placeName} {say(task.areaWords)}
      </dd>
      <dt>{t('tasks.hands')}</dt>
      <dd>{[task.post?.name, task.holder?.name].filter(Boolean).join(' · ') || t('none')}</dd>
      <dt>{t('tasks.dispatched')}</dt>
      <dd>
        <At at={task.dispatchedAt} />
      </dd>
      <dt>{t('tasks.closeDue')}</dt>
      <dd>
        <At at={task.closeDueAt} />
      </dd>
      <dt>{t('tasks.tries')}</dt>
      <dd>{t('tasks.triesText', { attempts: task.attempts, breaches: task.breaches })}</dd>
      {task.outcome && (
        <>
          <dt>{t('tasks.outcome')}</dt>
          <dd>{word('outcome', task.outcome)}</dd>
        </>
      )}
      {names.length > 0 && task.status !== 'closed' && (
        <>
          <dt>{t('tasks.missing')}</dt>
          <dd>{names.join(t('list.comma'))}</dd>
        </>
      )}
      {task.supervision && (
        <>
          <dt>{t('tasks.supervised')}</dt>
          <dd>
            {task.supervision.byName} <At at={task.supervision.at} /> <q>{task.supervision.note}</q>
          </dd>
        </>
      )}
    </dl>
  );
}

function Hops({ task }: { task: TaskDetail }) {
  const { t, say, word } = useDeskWords();
  const now = useNow();
  const isLate = (due: number | null, met: number | null): boolean =>
    due !== null && (met ?? now) > due;
  return (
    <section className="col">
      <h2>{t('tasks.hops')}</h2>
      <ScrollBox label={t('tasks.hops')}>
        <table className="table">
          <thead>
            <tr>
              {(['tier', 'post', 'arrived', 'accepted', 'answerDue', 'left'] as const).map(
                (one) => (
                  <th key={one} scope="col">
                    {t(`hop.${one}`)}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {task.hops.map((hop) => (
              <tr key={hop.seq} aria-current={hop.leftAt === null ? 'step' : undefined}>
                <td>{t(`tier.${hop.tier}`)}</td>
                <td>{say(hop.postName)}</td>
                <td>
                  <At at={hop.arrivedAt} />
                </td>
                <td>
                  <At at={hop.acceptedAt} />{' '}
                  {isLate(hop.acceptDueAt, hop.acceptedAt ?? hop.leftAt) && (
                    <span className="chip bad">{t('hop.late')}</span>
                  )}
                </td>
                <td>
                  <At at={hop.answerDueAt} />
                </td>
                <td>
                  {hop.left ? word('left', hop.left) : t('hop.here')} <At at={hop.leftAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}

type Answer = z.output<typeof taskAnswer>;

function Answers({ task }: { task: TaskDetail }) {
  const { t } = useDeskWords();
  return (
    <section className="col">
      <h2>{t('tasks.answers')}</h2>
      {task.answers.length === 0 && <p className="dim">{t('tasks.noAnswers')}</p>}
      {task.answers.map((answer) => (
        <AnswerCard key={answer.id} task={task} answer={answer} />
      ))}
    </section>
  );
}

function AnswerCard({ task, answer }: { task: TaskDetail; answer: Answer }) {
  const { t, say } = useDeskWords();
  const textOf = (name: string, value: unknown): string => {
    const field = task.form.fields.find((one) => one.name === name);
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
    const all = Array.isArray(value) ? value : [value];
    return all
      .map((one) => say(field?.choices?.find((c) => c.value === one)?.words) || String(one))
      .join(t('list.comma'));
  };
  return (
    <article className="card col">
      <p>
        <strong>{say(answer.resultWords)}</strong>{' '}
        <span className="dim small">
          {answer.byName} · <At at={answer.at} />
        </span>
      </p>
      <dl className="facts">
        {Object.entries(answer.fields).map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{say(task.form.fields.find((one) => one.name === name)?.words) || name}</dt>
            <dd>{textOf(name, value)}</dd>
          </div>
        ))}
      </dl>
      {answer.note && <q>{answer.note}</q>}
    </article>
  );
}

function History({ task }: { task: TaskDetail }) {
  const { t, say } = useDeskWords();
  return (
    <section className="col">
      <h2>{t('tasks.history')}</h2>
      <ol className="timeline">
        {task.history.map((entry) => (
          <li key={entry.id}>
            <span className="dim small">
              <At at={entry.at} />
            </span>
            <span>
              {say(entry.words)} · {entry.byName}
              {entry.toPost && <span className="dim"> → {entry.toPost}</span>}
              {entry.note && <q> {entry.note}</q>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
