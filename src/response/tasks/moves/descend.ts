import { HOUSE } from '#base/access.ts';
import type { Tx } from '#platform/db/index.ts';
import { ladderNamed, standingOrder } from '../ladder.ts';
import { areaAt, rungBelow } from '../model.ts';
import { enter, type Task } from '../store.ts';
import { arriveAt, leaveHop } from './arrive.ts';

/**
 * Lets a task fall while nobody has to decide: by a standing order, or where a tier has no post.
 * Each step is a hop and a line of the history, so the trail shows who ordered it in advance.
 */
export async function descend(tx: Tx, start: Task, now: number): Promise<Task> {
  let task = start;
  const ladder = ladderNamed(task.ladder);
  for (;;) {
    const below = rungBelow(ladder.routes[task.kind], task.areaCode, task.tier);
    const areaCode = below && areaAt(task.areaCode, below);
    const order = standingOrder(ladder, task.tier, task.level, task.kind);
    if (!below || !areaCode || (!order && task.postId !== null)) return task;
    const from = task.postWords;
    await leaveHop(tx, task, 'auto', now);
    const next = await arriveAt(tx, task, { tier: below, areaCode }, now);
    const what = task.postId === null ? 'no_post' : 'auto';
    const line = { what, note: order?.zh ?? null, from, to: next.postWords };
    await enter(tx, HOUSE, task.id, line, now);
    task = next;
  }
}
