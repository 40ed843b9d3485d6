import type { Actor } from '#base/access.ts';
import { prefixOf } from '#base/areas.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import { HOUR } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import { recordDecision } from '#registers/decisions/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import type { WatchList } from './contract.ts';
import { fewToday } from './few.ts';
import { type Keys, removeSealed } from './sealed.ts';
import { changed, COUNTS_BACK, lockedList, reachIn, type Sealer, writeMembers } from './write.ts';

/** Adds one subject, or gives a member a new span. `until` absent: the list's default time. */
export async function addMember(
  tx: Tx,
  actor: Actor,
  input: {
    id: string;
    subjectId: number;
    areaCode: string;
    from?: number | undefined;
    until?: number | undefined;
    source: string;
    reason: string;
  },
  now: number,
  vault: Sealer,
): Promise<{ subjectId: number } | Refusal> {
  const list = await lockedList(tx, input.id);
  if (isRefusal(list)) return list;
  const from = input.from ?? now - COUNTS_BACK;
  const until = input.until ?? Math.max(from, now) + list.defaultHours * HOUR;
  if (until <= from) {
    return refuse('invalid', 'span', { zh: '止时须晚于起时', en: 'until lies after from' });
  }
  // One by one is a bulk list too, and needs its order.
  const isPerson = list.subject === 'person';
  const tooMany = isPerson && (await fewToday(tx, actor, [input.subjectId], now));
  if (tooMany) return tooMany;
  await writeMembers(tx, vault, list.id, [{ ...input, from, until }]);
  await decided(tx, actor, list, { person: input.subjectId, from, until }, now);
  await changed(tx, list.id, now);
  await note(tx, actor, { action: 'list.add', kind: list.subject, ...input }, now);
  return { subjectId: input.subjectId };
}

/** Takes a subject of the actor's area off the list; answers whether it stood there. */
export async function removeMember(
  tx: Tx,
  keys: Keys,
  actor: Actor,
  input: { id: string; subjectId: number },
  now: number,
): Promise<{ removed: boolean } | Refusal> {
  const list = await lockedList(tx, input.id);
  if (isRefusal(list)) return list;
  const areaPrefix = reachIn(prefixOf(actor.areaCode));
  const open = await tx.rows<{ areaCode: string }>(
    `update rules.list_member set removed = true, rev = nextval('rules.member_rev')
      where list_id = $1 and subject_id = $2 and not removed and starts_with(area_code, $3)
      returning area_code as "areaCode"`,
    [input.id, input.subjectId, areaPrefix],
  );
  const { subjectId } = input;
  const sealed = await removeSealed(tx, keys, input.id, { subjectId, areaPrefix });
  const gone = [...open, ...sealed];
  if (gone.length > 0) {
    await tx.run('update rules.list set members = members - $2 where id = $1', [
      input.id,
      gone.length,
    ]);
    await changed(tx, input.id, now);
  }
  if (open.length > 0) await decided(tx, actor, list, { person: subjectId }, now);
  for (const { areaCode } of gone) {
    await note(tx, actor, { action: 'list.remove', kind: list.subject, ...input, areaCode }, now);
  }
  return { removed: gone.length > 0 };
}

/** The decision about one person, listed with a span or taken off. Places are decided about nobody. */
async function decided(
  tx: Tx,
  actor: Actor,
  list: WatchList,
  it: { person: number; from?: number; until?: number },
  now: number,
): Promise<void> {
  if (list.subject !== 'person') return;
  const isOn = it.until !== undefined;
  const words = isOn
    ? { zh: `列入名单“${list.words.zh}”`, en: `Put on the list "${list.words.en}"` }
    : { zh: `移出名单“${list.words.zh}”`, en: `Taken off the list "${list.words.en}"` };
  await recordDecision(tx, {
    personId: it.person,
    kind: 'list',
    ref: `list:${list.id}`,
    move: isOn ? 'begin' : 'end',
    inputs: { from: it.from, until: it.until },
    tree: null,
    deciderId: actor.id,
    words,
    at: now,
    until: it.until,
  });
}

/** Who put whom on which list, or took them off: it decides whom the matcher watches. */
const note = (
  tx: Tx,
  actor: Actor,
  it: { action: string; kind: string; id: string; subjectId: number; areaCode: string },
  at: number,
): Promise<void> => {
  const { action, areaCode } = it;
  const subject = `list:${it.id}:${it.subjectId || 'import'}`;
  const persons = it.kind === 'person' ? [it.subjectId] : [];
  return writeEntry(tx, { at, actor, action, subject, purpose: '', areaCode, persons });
};
