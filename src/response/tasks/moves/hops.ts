import type { Actor } from '#base/access.ts';
import { prefixOf, tierOf } from '#base/areas.ts';
import { isRefusal, refuse, type Refusal } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import { actorFor } from '#registers/access/index.ts';
import { areaOf } from '#registers/areas/index.ts';
import { clockMs, ladderNamed } from '../ladder.ts';
import { areaAt, hopTierOf, type HopTier, nextWatch, rungBelow, tierAbove } from '../model.ts';
import { enter, patchTask, readyFor, type Task, tellTask } from '../store.ts';
import { arriveAt, leaveHop } from './arrive.ts';
import { descend } from './descend.ts';

/** Takes a task on: the answer clock starts; at the foot of the ladder the actor holds it. */
export async function accept(
  tx: Tx,
  actor: Actor,
  input: { id: number },
  now: number,
): Promise<Task | Refusal> {
  const ready = await readyFor(tx, actor, input.id, 'accept');
  if (isRefusal(ready)) return ready;
  const taken = await take(tx, actor, ready.task, now);
  await enter(tx, actor, input.id, { what: 'accept', to: taken.postWords }, now);
  await tellTask(tx, 'task.changed', taken);
  return taken;
}

/** Marks the hop accepted and starts its answer clock. */
export async function take(tx: Tx, actor: Actor, task: Task, now: number): Promise<Task> {
  const dueAt = now + clockMs(ladderNamed(task.ladder), task.level, 'answer', task.tier);
  await tx.run(
    `update tasks.hop set accepted_at = coalesce(accepted_at, $3), answer_due_at = $4
      where task_id = $1 and seq = $2`,
    [task.id, task.seq, new Date(now), new Date(dueAt)],
  );
  return patchTask(
    tx,
    task.id,
    {
      status: 'working',
      holder_id: task.holderId ?? actor.id,
      holder_name: task.holderName ?? actor.name,
      clock: 'answer',
      due_at: dueAt,
      watch_at: nextWatch([dueAt, task.closeDueAt], now),
      escalated_to: null,
    },
    now,
  );
}

const AT_FOOT = refuse('conflict', 'no-rung-below', {
  zh: '下面没有岗位可转，请指派到人或直接反馈。',
  en: 'There is no post below; assign it to a person or answer it.',
});
const NOT_BELOW = refuse('invalid', 'area-not-below', {
  zh: '只能转给本岗位辖区内的下级区域。',
  en: 'It can only be passed to an area inside this post’s own.',
});

type PassInput = {
  readonly id: number;
  readonly areaCode?: string | undefined;
  readonly to?: { readonly id: number; readonly name: string } | undefined;
  /** Sealed. */
  readonly said?: Buffer | undefined;
};

const NO_AREA = refuse('invalid', 'no-such-area', {
  zh: '没有这个区域，请核对区划代码。',
  en: 'There is no such area; check the code.',
});
const NO_HOLDER = refuse('invalid', 'no-such-holder', {
  zh: '此人不存在、已停用，或不能处理该辖区的任务。',
  en: 'There is no such person, or tasks of this area are not theirs to do.',
});

/**
 * Passes a task one hop down, or to a colleague with `to`. Refuses no-rung-below, area-not-below,
 * no-such-area, no-such-holder.
 */
export async function pass(
  tx: Tx,
  actor: Actor,
  input: PassInput,
  now: number,
): Promise<Task | Refusal> {
  const ready = await readyFor(tx, actor, input.id, input.to ? 'assign' : 'pass');
  if (isRefusal(ready)) return ready;
  const { task } = ready;
  if (input.to) return assignTo(tx, actor, task, { ...input, to: input.to }, now);
  if (input.areaCode && !(await areaOf(tx, input.areaCode))) return NO_AREA;
  const rung = rungFor(task, input.areaCode);
  if (isRefusal(rung)) return rung;
  await leaveHop(tx, task, 'passed', now);
  const vague = input.areaCode && prefixOf(input.areaCode).length > prefixOf(task.areaCode).length;
  const placed = vague ? { ...task, areaCode: input.areaCode ?? task.areaCode } : task;
  if (vague) await patchTask(tx, task.id, { area_code: placed.areaCode }, now);
  const arrived = await arriveAt(tx, placed, rung, now);
  const line = { what: 'pass', said: input.said, from: task.postWords, to: arrived.postWords };
  await enter(tx, actor, task.id, { ...line, before: task }, now);
  const landed = await descend(tx, arrived, now);
  await tellTask(tx, 'task.changed', landed);
  return landed;
}

function rungFor(
  task: Task,
  areaCode: string | undefined,
): { tier: HopTier; areaCode: string } | Refusal {
  if (areaCode) {
    const tier = hopTierOf(areaCode);
    const inside = areaCode.startsWith(prefixOf(task.hopArea)) && areaCode !== task.hopArea;
    return tier && inside ? { tier, areaCode } : NOT_BELOW;
  }
  const below = rungBelow(ladderNamed(task.ladder).routes[task.kind], task.areaCode, task.tier);
  const area = below && areaAt(task.areaCode, below);
  return below && area ? { tier: below, areaCode: area } : AT_FOOT;
}

/** Gives a task to a person of the post: the accept clock starts anew for them. */
async function assignTo(
  tx: Tx,
  actor: Actor,
  task: Task,
  input: { to: { id: number; name: string }; said?: Buffer | undefined },
  now: number,
): Promise<Task | Refusal> {
  const { to, said } = input;
  // The name is the register's, whatever the request calls them: the trail must be true.
  const holder =
    (await actorFor(tx, to.id, 'task.accept', task.areaCode)) ??
    (await actorFor(tx, to.id, 'task.accept', task.hopArea));
  if (!holder) return NO_HOLDER;
  const dueAt = now + clockMs(ladderNamed(task.ladder), task.level, 'accept', task.tier);
  const given = await patchTask(
    tx,
    task.id,
    {
      status: 'waiting',
      holder_id: holder.id,
      holder_name: holder.name,
      clock: 'accept',
      due_at: dueAt,
      watch_at: nextWatch([dueAt, task.closeDueAt], now),
      escalated_to: null,
    },
    now,
  );
  const line = { what: 'assign', note: holder.name, said, before: task };
  await enter(tx, actor, task.id, line, now);
  await tellTask(tx, 'task.changed', given);
  return given;
}

const AT_TOP = refuse('conflict', 'no-rung-above', {
  zh: '已在最上级，无处可退，请直接处理。',
  en: 'It is at the top already; there is nobody to return it to.',
});

/** Back to the hop above, with a sealed reason. Refuses no-rung-above. */
export async function giveBack(
  tx: Tx,
  actor: Actor,
  input: { id: number; said: Buffer },
  now: number,
): Promise<Task | Refusal> {
  const ready = await readyFor(tx, actor, input.id, 'return');
  if (isRefusal(ready)) return ready;
  const { task } = ready;
  const tier = tierAbove(task.tier);
  const areaCode = tier && areaAt(task.hopArea, tier);
  if (!tier || !areaCode) return AT_TOP;
  await leaveHop(tx, task, 'returned', now);
  // It stays where it was returned to: somebody must read the reason, no standing order applies.
  const arrived = await arriveAt(tx, task, { tier, areaCode }, now);
  const line = { what: 'return', said: input.said, from: task.postWords, to: arrived.postWords };
  await enter(tx, actor, task.id, line, now);
  await tellTask(tx, 'task.changed', arrived);
  return arrived;
}

const SAME_AREA = refuse('invalid', 'area-not-other', {
  zh: '请选择本岗位辖区以外的街道或社区。',
  en: 'Choose a street or community outside this post’s own area.',
});

/**
 * To another area, with a sealed reason: it arrives at the post of that area. Refuses
 * area-not-other, no-such-area.
 */
export async function transfer(
  tx: Tx,
  actor: Actor,
  input: { id: number; areaCode: string; said: Buffer },
  now: number,
): Promise<Task | Refusal> {
  const ready = await readyFor(tx, actor, input.id, 'transfer');
  if (isRefusal(ready)) return ready;
  const { task } = ready;
  const tier = hopTierOf(input.areaCode);
  if (!tier || tierOf(input.areaCode) === 'city') return SAME_AREA;
  if (input.areaCode.startsWith(prefixOf(task.hopArea))) return SAME_AREA;
  if (!(await areaOf(tx, input.areaCode))) return NO_AREA;
  const areaCode = areaAt(input.areaCode, tier) ?? input.areaCode;
  // In the house's name: where it arrives, who sent it sees nothing.
  return tx.asHouse(async () => {
    await leaveHop(tx, task, 'transferred', now);
    const moved = await patchTask(tx, task.id, { area_code: input.areaCode }, now);
    const arrived = await arriveAt(tx, moved, { tier, areaCode }, now);
    const line = { what: 'transfer', said: input.said, from: task.postWords };
    await enter(tx, actor, task.id, { ...line, to: arrived.postWords }, now);
    await tellTask(tx, 'task.changed', arrived);
    return arrived;
  });
}
