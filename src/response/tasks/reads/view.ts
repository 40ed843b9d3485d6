import type { Actor, Scope } from '#base/access.ts';
import type { Words } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';
import { openNote, type Vault } from '#platform/secrets/index.ts';
import { mayDo } from '#registers/access/index.ts';
import { type AreaDirectory, areaWordsOf } from '#registers/areas/index.ts';
import { personBrief } from '#registers/people/index.ts';
import type { PlaceDirectory } from '#registers/places/index.ts';
import type { TaskDetail, TaskRow } from '../contract.ts';
import { missingEvidence } from '../forms.ts';
import { ENTRY_WORDS, KIND_WORDS, movesOf, UNDO_WITHIN } from '../model.ts';
import { evidenceOf, fieldsOf, formOfTask } from '../moves/answer.ts';
import { lastMove } from '../moves/supervise.ts';
import type { Task } from '../store.ts';

/** The registers an answer takes its words from, and the vault that opens names to mask them. */
export type Registers = {
  readonly areas: AreaDirectory;
  readonly places: PlaceDirectory;
  readonly vault: Vault;
};

/** Rows with words; persons by masked name, and only those the scope reaches. */
export async function rowsOf(
  tx: Tx,
  scope: Scope,
  registers: Registers,
  tasks: readonly Task[],
): Promise<TaskRow[]> {
  const ids = [...new Set(tasks.flatMap((task) => task.personId ?? []))];
  const briefs = await personBrief(tx, registers.vault, scope, ids);
  const names = new Map(briefs.map((brief) => [brief.id, brief.name]));
  return tasks.map((task) => rowOf(registers, names, task));
}

function rowOf(registers: Registers, names: ReadonlyMap<number, string>, task: Task): TaskRow {
  const place = task.placeId ? registers.places.byId.get(task.placeId) : undefined;
  return {
    ...task,
    kindWords: KIND_WORDS[task.kind],
    post: task.postId && task.postWords ? { id: task.postId, name: task.postWords.zh } : null,
    holder: task.holderId ? { id: task.holderId, name: task.holderName ?? '' } : null,
    areaWords: areaWordsOf(registers.areas, task.areaCode),
    personName: task.personId ? (names.get(task.personId) ?? null) : null,
    placeName: place?.name.zh ?? null,
    supervised: task.supervisedAt !== null,
    outcome: task.outcome as TaskRow['outcome'],
  };
}

/** What a phone needs to work on a task without a network. */
export async function workOf(tx: Tx, registers: Registers, task: Task) {
  const form = formOfTask(task);
  return {
    form,
    // The house number comes only with `phone`, which leaves an entry; the area is enough to plan.
    address: areaWordsOf(registers.areas, task.areaCode).zh,
    missing: task.result
      ? missingEvidence(form, task.result, await evidenceOf(tx, registers.vault, task.id))
      : [],
    moves: movesOf(task.status),
  };
}

/** One task with its whole trail. */
export async function detailOf(
  tx: Tx,
  scope: Scope,
  registers: Registers,
  task: Task,
  now: number,
): Promise<TaskDetail> {
  const [row] = await rowsOf(tx, scope, registers, [task]);
  if (!row) throw new Error('one task has one row');
  const last = await lastMove(tx, task.id);
  const mine = last?.before && last.byId === scope.actor.id && now <= last.at + UNDO_WITHIN;
  return {
    ...row,
    ...(await workOf(tx, registers, task)),
    hops: await hopsOf(tx, task.id),
    history: await historyOf(tx, registers.vault, scope.actor, task.id),
    answers: await answersOf(tx, registers.vault, scope.actor, task),
    undoUntil: mine ? last.at + UNDO_WITHIN : null,
    supervision:
      task.supervisedAt === null
        ? null
        : {
            byName: task.supervisedBy ?? '',
            at: task.supervisedAt,
            note:
              openNote(
                registers.vault,
                { note: null, said: task.supervisedNote },
                mayOpen(scope.actor),
              ) ?? '',
            dueAt: task.supervisedDueAt ?? task.supervisedAt,
          },
  };
}

/** What people wrote about a subject is opened for those who answer for it, and nobody else. */
const mayOpen = (actor: Actor): boolean =>
  (['task.answer', 'task.accept', 'task.supervise'] as const).some((it) => mayDo(actor, it));

async function hopsOf(tx: Tx, taskId: number): Promise<TaskDetail['hops']> {
  const rows = await tx.rows<TaskDetail['hops'][number] & { post: Words | null }>(
    `select seq, tier, post_words as post, area_code as "areaCode", arrived_at as "arrivedAt",
        accept_due_at as "acceptDueAt", accepted_at as "acceptedAt",
        answer_due_at as "answerDueAt", left_at as "leftAt", left_how as left
      from tasks.hop where task_id = $1 order by seq`,
    [taskId],
  );
  const none: Words = { zh: '无岗位', en: 'No post' };
  return rows.map(({ post, ...hop }) => ({ ...hop, postName: post ?? none }));
}

const HISTORY_MAX = 300;

async function historyOf(
  tx: Tx,
  vault: Vault,
  actor: Actor,
  taskId: number,
): Promise<TaskDetail['history']> {
  const rows = await tx.rows<
    Omit<TaskDetail['history'][number], 'words'> & { said: Buffer | null }
  >(
    `select id, at, what, by_id as "byId", by_name as "byName", from_post->>'zh' as "fromPost",
        to_post->>'zh' as "toPost", note, said
      from tasks.history where task_id = $1 order by id desc limit ${HISTORY_MAX}`,
    [taskId],
  );
  return rows.reverse().map((row) => ({
    ...row,
    note: openNote(vault, row, mayOpen(actor)),
    words: ENTRY_WORDS[row.what] ?? { zh: row.what, en: row.what },
  }));
}

type AnswerLine = { id: number; at: number; byName: string; result: string };

async function answersOf(
  tx: Tx,
  vault: Vault,
  actor: Actor,
  task: Task,
): Promise<TaskDetail['answers']> {
  const rows = await tx.rows<AnswerLine & { fields: Buffer; said: Buffer | null }>(
    `select id, done_at as at, by_name as "byName", result, fields, note as said
      from tasks.answer where task_id = $1 order by id`,
    [task.id],
  );
  const results = [
    ...formOfTask(task).results,
    ...formOfTask({ ...task, tier: 'community' }).results,
  ];
  return rows.map(({ said, fields, ...row }) => ({
    ...row,
    fields: mayOpen(actor) ? fieldsOf(vault, fields) : {},
    note: openNote(vault, { note: null, said }, mayOpen(actor)),
    resultWords: results.find((r) => r.value === row.result)?.words ?? {
      zh: row.result,
      en: row.result,
    },
  }));
}
