import { type Actor, HOUSE, type Scope } from '#base/access.ts';
import { ancestorOf, isWithin, prefixOf } from '#base/areas.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import { DAY } from '#base/time.ts';
import { factOf, type Heard } from '#facts/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { separate } from '#registers/access/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import { personInScope } from '../store.ts';
import type { NewTie, TieState } from './contract.ts';
import { isInScope } from './seen.ts';
import {
  countLive,
  dueTies,
  insertTie,
  lockTie,
  markDecided,
  markEnded,
  replacedBy,
  type TieRow,
  tiesOf,
} from './tie-store.ts';

export const TIES = { liveMax: 20, msMax: 365 * DAY, dueMax: 500 };

/** Which state each move leads to; all else is refused. */
const NEXT: Record<TieState, Partial<Record<'accept' | 'decline' | 'end', TieState>>> = {
  proposed: { accept: 'accepted', decline: 'declined', end: 'ended' },
  accepted: { end: 'ended' },
  declined: {},
  ended: {},
};

const NO_PERSON = refuse('missing', 'no-such-person', {
  zh: '没有此人，或其不在您的辖区。',
  en: 'There is no such person in your area.',
});
const NO_TIE = refuse('missing', 'no-such-tie', {
  zh: '没有这项交接，或不在您的辖区。',
  en: 'There is no such hand-over in your area.',
});
const MOVED = refuse('conflict', 'tie-state', {
  zh: '这项交接已有结果，请刷新查看。',
  en: 'This hand-over is settled already; load it anew.',
});
const THERE = refuse('conflict', 'tie-there', {
  zh: '该辖区与此人已有同样的关系。',
  en: 'This area has the same tie to the person already.',
});
const MANY = refuse('conflict', 'too-many-ties', {
  zh: `一人最多同时 ${TIES.liveMax} 项关系，请先结束不再需要的。`,
  en: `A person has at most ${TIES.liveMax} ties at once; end those no longer needed.`,
});
const ELSEWHERE = refuse('invalid', 'not-this-city', {
  zh: '只能交接给本市的辖区。',
  en: 'A person is handed over inside the city only.',
});
const NOT_FOR_ONESELF = refuse('forbidden', 'tie-for-oneself', {
  zh: '您的辖区只在一段时间内可见此人，不能自行延长；请由居住地或负责单位交接。',
  en: 'Your area sees this person for a time only and cannot prolong it; the area of the home, or who is responsible, hands over.',
});
const BAD_UNTIL = refuse('invalid', 'bad-until', {
  zh: '截止时间须在现在之后、一年之内。',
  en: 'The end lies after now and within a year.',
});

/**
 * Tells another area about a person it shall answer for, or who stays or works there. From now on
 * both areas see the person; the giving one keeps its own relation until the other accepts, so
 * that nobody vanishes between two offices. Who cannot see the person cannot propose.
 */
export async function proposeTie(
  tx: Tx,
  vault: Vault,
  scope: Scope,
  input: NewTie & { readonly personId: number },
  now: number,
): Promise<TieRow | Refusal> {
  const { actor } = scope;
  const person = await personInScope(tx, scope, input.personId);
  if (!person) return NO_PERSON;
  const city = ancestorOf(actor.areaCode, 'city');
  if (city !== undefined && ancestorOf(input.areaCode, 'city') !== city) return ELSEWHERE;
  if (input.until !== null && (input.until <= now || input.until > now + TIES.msMax))
    return BAD_UNTIL;
  if (await prolongs(tx, scope, person, input)) return NOT_FOR_ONESELF;
  await tx.rows('select id from people.person where id = $1 for no key update', [person.id]);
  if ((await countLive(tx, person.id)) >= TIES.liveMax) return MANY;
  const row = { ...input, fromArea: actor.areaCode, by: actor.id };
  const tie = await insertTie(tx, { ...row, reason: vault.seal(input.reason) }, now);
  if (!tie) return THERE;
  await told(tx, actor, tie, 'propose', now);
  return tie;
}

/**
 * Whether the tie would let the proposer's own area see the person for longer than it does: who
 * was lent a sight for a time does not make it theirs. Guests without a home belong to whoever sees
 * them.
 */
async function prolongs(
  tx: Tx,
  scope: Scope,
  person: { readonly id: number; readonly areaCode: string },
  input: { readonly areaCode: string; readonly until: number | null },
): Promise<boolean> {
  if (!isInScope(scope, input.areaCode)) return false;
  if (person.areaCode === '' || isInScope(scope, person.areaCode)) return false;
  const held = (await tiesOf(tx, person.id)).filter(
    (it) => it.state === 'accepted' && isInScope(scope, it.areaCode),
  );
  const end = (until: number | null): number => until ?? Number.POSITIVE_INFINITY;
  return end(input.until) > Math.max(0, ...held.map((it) => end(it.until)));
}

/**
 * The receiving area takes the person on. What the giving one held of the same kind ends with it
 * (`endReplacedTies`), since the wall shows it to neither of the two alone.
 */
export async function acceptTie(
  tx: Tx,
  scope: Scope,
  id: number,
  now: number,
): Promise<TieRow | Refusal> {
  const tie = await decidable(tx, scope, id, 'accept');
  if (isRefusal(tie)) return tie;
  const done = await markDecided(
    tx,
    id,
    { actorId: scope.actor.id, state: 'accepted', reason: null },
    now,
  );
  await told(tx, scope.actor, done ?? tie, 'accept', now);
  return done ?? NO_TIE;
}

/** The receiving area does not take the person on, and says why; it sees the person no more. */
export async function declineTie(
  tx: Tx,
  vault: Vault,
  scope: Scope,
  input: { readonly id: number; readonly reason: string },
  now: number,
): Promise<TieRow | Refusal> {
  const tie = await decidable(tx, scope, input.id, 'decline');
  if (isRefusal(tie)) return tie;
  const by = { actorId: scope.actor.id, reason: vault.seal(input.reason) };
  const done = await markDecided(tx, tie.id, { ...by, state: 'declined' }, now);
  await told(tx, scope.actor, done ?? tie, 'decline', now);
  return done ?? NO_TIE;
}

/** Either side ends an accepted tie, or the giving side withdraws a proposed one. */
export async function endTie(
  tx: Tx,
  vault: Vault,
  scope: Scope,
  input: { readonly id: number; readonly reason: string },
  now: number,
): Promise<TieRow | Refusal> {
  const tie = await lockTie(tx, input.id);
  if (!tie || !(isInScope(scope, tie.areaCode) || gave(scope, tie))) return NO_TIE;
  if (!NEXT[tie.state].end) return MOVED;
  const by = { actorId: scope.actor.id, reason: vault.seal(input.reason) };
  const done = await markEnded(tx, tie.id, by, now);
  await told(tx, scope.actor, done ?? tie, 'end', now);
  return done ?? NO_TIE;
}

export const gave = (scope: Scope, tie: TieRow): boolean =>
  tie.fromArea !== '' && isInScope(scope, tie.fromArea);

/** The tie, locked, if this reader decides it: it is the receiving side's, by another's hand. */
async function decidable(
  tx: Tx,
  scope: Scope,
  id: number,
  move: 'accept' | 'decline',
): Promise<TieRow | Refusal> {
  const tie = await lockTie(tx, id);
  if (!tie || !isInScope(scope, tie.areaCode)) return NO_TIE;
  if (!NEXT[tie.state][move]) return MOVED;
  return separate({ author: tie.proposedBy, approver: scope.actor.id }) ?? tie;
}

/**
 * Hears tie.changed: an accepted responsibility ends the one of the area that gave it. Heard twice,
 * there is nothing left to end.
 */
export async function endReplacedTies(
  tx: Tx,
  fact: Heard<'tie.changed'>,
  now: number,
): Promise<void> {
  const { tieId, state, fromArea } = fact.body;
  if (state !== 'accepted' || fromArea === '') return;
  const tie = await lockTie(tx, tieId);
  if (!tie || tie.relation !== 'responsible') return;
  for (const old of await replacedBy(tx, tie, prefixOf(fromArea))) {
    const ended = await markEnded(tx, old.id, { actorId: HOUSE.id, reason: null }, now);
    if (ended) await told(tx, HOUSE, ended, 'end', now);
  }
}

/** Ends ties past their time. Called by the schedule; answers how many ended. */
export const endDueTies = (db: Db, now: number): Promise<number> =>
  db.tx(async (tx) => {
    const due = await dueTies(tx, now, TIES.dueMax);
    for (const tie of due) {
      const ended = await markEnded(tx, tie.id, { actorId: HOUSE.id, reason: null }, now);
      if (ended) await told(tx, HOUSE, ended, 'end', now);
    }
    return due.length;
  });

/** Every step is an entry, and a fact that both sides hear. */
async function told(tx: Tx, actor: Actor, tie: TieRow, verb: string, now: number): Promise<void> {
  const inside = actor.areaCode !== '' && isWithin(tie.areaCode, prefixOf(actor.areaCode));
  await writeEntry(tx, {
    at: now,
    actor,
    action: `tie.${verb}`,
    subject: `tie:${tie.id}`,
    purpose: tie.relation,
    areaCode: inside ? tie.areaCode : actor.areaCode || tie.areaCode,
    persons: [tie.personId],
  });
  const { personId, areaCode, fromArea, state } = tie;
  await tell(
    tx,
    factOf('tie.changed', personId, { tieId: tie.id, personId, areaCode, fromArea, state }),
  );
}
