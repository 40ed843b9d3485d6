import type { Actor } from '#base/access.ts';
import { isWithin, prefixOf } from '#base/areas.ts';
import { type FieldError, type Refusal, refuse } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import { actorsOf } from '#registers/access/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import type { Override, PostDetail, Shift } from './contract.ts';
import { dutyAt } from './model.ts';
import { membersOf, overridesOf, postOf, replaceRoster, shiftsOf } from './store.ts';

/**
 * An actor on duty. `rostered` false: nobody stands on the roster now, and all members stand in.
 */
export type DutyActor = Actor & { readonly rostered: boolean };

const NO_POST = refuse('missing', 'no-such-post', {
  zh: '没有这个岗位，或不在您的辖区。',
  en: 'There is no such post in your area.',
});

/**
 * Who is on duty at a post, in order of id. Empty only when the post has no active member at all.
 */
export async function onDuty(tx: Tx, postId: number, now: number): Promise<DutyActor[]> {
  const members = await actorsOf(tx, await membersOf(tx, postId));
  const roster = {
    members: members.map((m) => m.id),
    shifts: await shiftsOf(tx, postId),
    overrides: await overridesOf(tx, postId, now),
  };
  const duty = dutyAt(roster, now);
  const there = new Set(duty.members);
  return members.filter((m) => there.has(m.id)).map((m) => ({ ...m, rostered: duty.rostered }));
}

export async function postDetail(
  tx: Tx,
  areaPrefix: string,
  id: number,
  now: number,
): Promise<PostDetail | Refusal> {
  const post = await postOf(tx, id);
  if (!post || !isWithin(post.areaCode, areaPrefix)) return NO_POST;
  const view = (actor: Actor) => ({ actorId: actor.id, login: actor.login, name: actor.name });
  const duty = await onDuty(tx, id, now);
  return {
    ...post,
    members: (await actorsOf(tx, await membersOf(tx, id))).map(view),
    shifts: await shiftsOf(tx, id),
    overrides: await overridesOf(tx, id, now),
    onDuty: duty.map(view),
    rostered: duty.every((d) => d.rostered),
  };
}

/**
 * Replaces the weekly shifts and the coming overrides of a post. Refuses shifts of people who are
 * no members, naming each.
 */
export async function setRoster(
  tx: Tx,
  actor: Actor,
  input: { id: number; shifts: readonly Shift[]; overrides: readonly Override[] },
  now: number,
): Promise<{ id: number } | Refusal> {
  const post = await postOf(tx, input.id);
  if (!post || !isWithin(post.areaCode, prefixOf(actor.areaCode))) return NO_POST;
  const members = new Set(await membersOf(tx, input.id));
  const errors: FieldError[] = [];
  const check = (path: string, actorId: number): void => {
    if (members.has(actorId)) return;
    const text = { zh: '此人不是该岗位成员', en: 'not a member of this post' };
    errors.push({ path, code: 'no-member', value: String(actorId), text });
  };
  input.shifts.forEach((s, i) => check(`shifts.${i}.actorId`, s.actorId));
  input.overrides.forEach((o, i) => check(`overrides.${i}.actorId`, o.actorId));
  if (errors.length > 0) {
    return refuse(
      'invalid',
      'invalid-roster',
      { zh: '值班表中有非本岗位成员。', en: 'The roster names people who are no members.' },
      errors,
    );
  }
  await replaceRoster(tx, input.id, input.shifts, input.overrides, now);
  const { areaCode } = post;
  const subject = `post:${post.id}`;
  await writeEntry(tx, { at: now, actor, action: 'post.manage', subject, purpose: '', areaCode });
  return { id: post.id };
}
