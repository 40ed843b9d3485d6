import type { Actor } from '#base/access.ts';
import { isRefusal, refuse, type Refusal } from '#base/refusal.ts';
import { dayOf } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import type { Form } from '../contract.ts';
import { checkAnswer, missingEvidence } from '../forms.ts';
import { formOn, ladderNamed } from '../ladder.ts';
import { areaAt, nextWatch } from '../model.ts';
import { enter, patchTask, readyFor, type Task, tellClosed, tellTask } from '../store.ts';
import { arriveAt, leaveHop } from './arrive.ts';
import { take } from './hops.ts';

export type AnswerInput = {
  readonly id: number;
  readonly result: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Sealed. */
  readonly said?: Buffer | undefined;
  readonly doneAt?: number | undefined;
};

/** The form a task is answered in: investigators use their own, whatever the task began as. */
export const formOfTask = (task: Pick<Task, 'kind' | 'tier' | 'dispatchedAt'>): Form =>
  formOn(
    dayOf(task.dispatchedAt),
    task.tier === 'investigation' && task.kind !== 'verify_report'
      ? 'case_investigation'
      : task.kind,
  );

/**
 * Answers a task. What follows is the form's: an attempt counts, and the third goes to the
 * investigators by itself, as does a refusal; an end closes at once when its evidence is there; a
 * review waits for `close`. Refuses invalid-answer with every fault of the form at once.
 */
export async function answer(
  tx: Tx,
  vault: Vault,
  actor: Actor,
  input: AnswerInput,
  now: number,
): Promise<Task | Refusal> {
  const ready = await readyFor(tx, actor, input.id, 'answer');
  if (isRefusal(ready)) return ready;
  const form = formOfTask(ready.task);
  const faults = checkAnswer(form, input.result, input.fields);
  const result = form.results.find((r) => r.value === input.result);
  if (!result || faults.length > 0) {
    const text = {
      zh: '反馈内容有误，请按所列各处改正。',
      en: 'The answer is not valid; mend the fields listed.',
    };
    return refuse('invalid', 'invalid-answer', text, faults);
  }
  if (ready.task.status === 'answered' && result.effect === 'attempt') return ANSWERED;
  const taken =
    ready.task.status === 'waiting' ? await take(tx, actor, ready.task, now) : ready.task;
  await saveAnswer(tx, vault, actor, taken, { ...input, version: form.version }, now);
  const words = { note: result.words.zh, said: input.said };
  if (result.effect === 'attempt') return attempted(tx, actor, taken, words, now);
  await enter(tx, actor, taken.id, { what: 'answer', ...words }, now);
  if (result.effect === 'hand_over') return handOver(tx, actor, taken, now);
  const settled = await settle(tx, taken, input.result, result.outcome, now);
  const missing = missingEvidence(form, input.result, await evidenceOf(tx, vault, taken.id));
  const done = result.effect === 'close' && missing.length === 0 && settled.outcome;
  if (done) return shut(tx, actor, settled, { outcome: done }, now);
  await tellTask(tx, 'task.changed', settled);
  return settled;
}

const ANSWERED = refuse('conflict', 'task-status', {
  zh: '任务已有结论，不能再记未联系上。',
  en: 'The task has an answer already; an attempt cannot be added.',
});

/** Fields and note are kept sealed: addresses, exposures and names stand in them. */
const saveAnswer = (
  tx: Tx,
  vault: Vault,
  actor: Actor,
  task: Task,
  input: AnswerInput & { readonly version: number },
  now: number,
): Promise<number> =>
  tx.run(
    `insert into tasks.answer (task_id, at, done_at, by_id, by_name, form_version, result, fields,
        note) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      task.id,
      new Date(now),
      // A phone's clock may run ahead; nothing was done in the future.
      new Date(Math.min(now, Math.max(input.doneAt ?? now, task.dispatchedAt))),
      actor.id,
      actor.name,
      input.version,
      input.result,
      vault.seal(JSON.stringify(input.fields)),
      input.said ?? null,
    ],
  );

/** All fields answered so far, later ones over earlier ones. */
export async function evidenceOf(
  tx: Tx,
  vault: Vault,
  taskId: number,
): Promise<Record<string, unknown>> {
  const rows = await tx.rows<{ fields: Buffer }>(
    'select fields from tasks.answer where task_id = $1 order by id',
    [taskId],
  );
  return Object.assign({}, ...rows.map((row) => fieldsOf(vault, row.fields)));
}

/** The fields of one answer, opened. */
export const fieldsOf = (vault: Vault, sealed: Buffer): Record<string, unknown> =>
  JSON.parse(vault.open(sealed)) as Record<string, unknown>;

async function attempted(
  tx: Tx,
  actor: Actor,
  task: Task,
  words: { note: string; said: Buffer | undefined },
  now: number,
): Promise<Task> {
  const attempts = task.attempts + 1;
  const max = ladderNamed(task.ladder).attemptsMax;
  const note = `${words.note}（${attempts}/${max}）`;
  await enter(tx, actor, task.id, { ...words, what: 'attempt', note }, now);
  const counted = await patchTask(tx, task.id, { attempts }, now);
  if (attempts >= max && task.tier !== 'investigation') return handOver(tx, actor, counted, now);
  await tellTask(tx, 'task.changed', counted);
  return counted;
}

/** To the investigators of the district: they take over what the field cannot settle. */
async function handOver(tx: Tx, actor: Actor, task: Task, now: number): Promise<Task> {
  const areaCode = areaAt(task.areaCode, 'investigation') ?? task.hopArea;
  await leaveHop(tx, task, 'handed_over', now);
  const arrived = await arriveAt(tx, task, { tier: 'investigation', areaCode }, now);
  const line = { what: 'hand_over', from: task.postWords, to: arrived.postWords };
  await enter(tx, actor, task.id, line, now);
  await tellTask(tx, 'task.changed', arrived);
  return arrived;
}

/** The answer clock is met; the close clock runs. */
async function settle(
  tx: Tx,
  task: Task,
  result: string,
  outcome: string | null,
  now: number,
): Promise<Task> {
  await tx.run(
    `update tasks.hop set answered_at = coalesce(answered_at, $3)
      where task_id = $1 and seq = $2`,
    [task.id, task.seq, new Date(now)],
  );
  return patchTask(
    tx,
    task.id,
    {
      status: 'answered',
      result,
      outcome,
      clock: 'close',
      due_at: task.closeDueAt,
      watch_at: nextWatch([task.closeDueAt], now),
      escalated_to: null,
    },
    now,
  );
}

/** Closes an answered task. Refuses evidence-missing with the fields, outcome-missing. */
export async function close(
  tx: Tx,
  vault: Vault,
  actor: Actor,
  input: { id: number; outcome?: string | undefined; said?: Buffer | undefined },
  now: number,
): Promise<Task | Refusal> {
  const ready = await readyFor(tx, actor, input.id, 'close');
  if (isRefusal(ready)) return ready;
  const { task } = ready;
  const form = formOfTask(task);
  const missing = missingEvidence(form, task.result ?? '', await evidenceOf(tx, vault, task.id));
  if (missing.length > 0) return lacking(form, missing);
  const outcome = input.outcome ?? task.outcome;
  return outcome ? shut(tx, actor, task, { ...input, outcome }, now) : NO_OUTCOME;
}

const NO_OUTCOME = refuse('invalid', 'outcome-missing', {
  zh: '请给出结论。',
  en: 'State the outcome.',
});

const lacking = (form: Form, missing: readonly string[]): Refusal =>
  refuse(
    'conflict',
    'evidence-missing',
    { zh: '证据不全，不能办结，请补充所列各项。', en: 'Evidence is missing; add what is listed.' },
    form.fields
      .filter((f) => missing.includes(f.name))
      .map((f) => ({ path: `body.fields.${f.name}`, code: 'missing', text: f.words })),
  );

async function shut(
  tx: Tx,
  actor: Actor,
  task: Task,
  input: { outcome: string; said?: Buffer | undefined },
  now: number,
): Promise<Task> {
  await leaveHop(tx, task, 'closed', now);
  const patch = { clock: null, due_at: null, watch_at: null, closed_at: now };
  const { outcome } = input;
  const closed = await patchTask(tx, task.id, { status: 'closed', outcome, ...patch }, now);
  await enter(tx, actor, task.id, { what: 'close', note: outcome, said: input.said }, now);
  await tellClosed(tx, closed, outcome);
  return closed;
}
