import type { Words } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';
import { onDuty, type Post, postFor } from '#registers/agencies/index.ts';
import { clockMs, ladderNamed } from '../ladder.ts';
import { type HopTier, nextWatch, rungBelow } from '../model.ts';
import { patchTask, type Task } from '../store.ts';

export type Left = 'passed' | 'auto' | 'returned' | 'transferred' | 'handed_over' | 'closed';

const POST_KIND: Record<HopTier, Post['kind']> = {
  city: 'dispatch',
  district: 'dispatch',
  street: 'dispatch',
  community: 'field',
  investigation: 'investigation',
};

/**
 * The post of exactly this area and rung; a community without a field post may have a dispatch one.
 * Only investigators may be the city's, where a district has none of its own.
 */
export async function postAt(tx: Tx, areaCode: string, tier: HopTier): Promise<Post | undefined> {
  const post = await postFor(tx, areaCode, POST_KIND[tier]);
  if (tier === 'investigation' || post?.areaCode === areaCode) return post;
  const other = tier === 'community' ? await postFor(tx, areaCode, 'dispatch') : undefined;
  return other?.areaCode === areaCode ? other : undefined;
}

/** Ends the hop a task is on: how it left, and that its clocks were met or not. */
export const leaveHop = (tx: Tx, task: Task, left: Left, now: number): Promise<number> =>
  tx.run(
    `update tasks.hop set left_at = $3, left_how = $4, accepted_at = coalesce(accepted_at, $3),
        answered_at = coalesce(answered_at, $3)
      where task_id = $1 and seq = $2`,
    [task.id, task.seq, new Date(now), left],
  );

/**
 * Brings a task to a rung: a new hop, its accept clock, and at the foot of the ladder a person on
 * duty, the one with the fewest open tasks. Escalation ends: the task moved.
 */
export async function arriveAt(
  tx: Tx,
  task: Task,
  rung: { tier: HopTier; areaCode: string },
  now: number,
): Promise<Task> {
  const ladder = ladderNamed(task.ladder);
  const post = await postAt(tx, rung.areaCode, rung.tier);
  const seq = (await lastSeq(tx, task.id)) + 1;
  const dueAt = now + clockMs(ladder, task.level, 'accept', rung.tier);
  await tx.run(
    `insert into tasks.hop (task_id, seq, tier, area_code, post_id, post_words, arrived_at,
        accept_due_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      task.id,
      seq,
      rung.tier,
      rung.areaCode,
      post?.id ?? null,
      post ? JSON.stringify(post.name) : null,
      new Date(now),
      new Date(dueAt),
    ],
  );
  const foot = !rungBelow(ladder.routes[task.kind], task.areaCode, rung.tier);
  // What they carry elsewhere counts too, and only the count is looked at.
  const holder = foot && post ? await tx.asHouse(() => leastLoaded(tx, post.id, now)) : undefined;
  return patchTask(
    tx,
    task.id,
    {
      status: 'waiting',
      seq,
      tier: rung.tier,
      hop_area: rung.areaCode,
      post_id: post?.id ?? null,
      post_words: (post?.name as Words | undefined) ?? null,
      holder_id: holder?.id ?? null,
      holder_name: holder?.name ?? null,
      clock: 'accept',
      due_at: dueAt,
      watch_at: nextWatch([dueAt, task.closeDueAt], now),
      escalated_to: null,
    },
    now,
  );
}

async function lastSeq(tx: Tx, taskId: number): Promise<number> {
  const row = await tx.row<{ seq: number | null }>(
    'select max(seq) as seq from tasks.hop where task_id = $1',
    [taskId],
  );
  return row?.seq ?? 0;
}

/** Of those on duty the one who carries the fewest open tasks. */
async function leastLoaded(
  tx: Tx,
  postId: number,
  now: number,
): Promise<{ id: number; name: string } | undefined> {
  const actors = await onDuty(tx, postId, now);
  const rows = await tx.rows<{ id: number; open: number }>(
    `select holder_id as id, count(*) as open from tasks.task
      where holder_id = any($1) and closed_at is null group by 1`,
    [actors.map((a) => a.id)],
  );
  const open = new Map(rows.map((row) => [row.id, row.open]));
  return actors.toSorted((a, b) => (open.get(a.id) ?? 0) - (open.get(b.id) ?? 0) || a.id - b.id)[0];
}
