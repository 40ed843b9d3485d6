import { type Actor, type Grant, HOUSE, type Permit, type Scope } from '#base/access.ts';
import { ancestorOf, isWithin, prefixOf } from '#base/areas.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { ROLES, type Role } from '../contract.ts';
import { type Action, POLICY, type Reach } from '../policy.ts';
import { purposeLapsed, purposeRefused } from './purposes.ts';
import { separate } from './separate.ts';

/** The area prefix that holds no area: only `Scope.persons` may be read. */
export const NOWHERE = '-';

/** What is asked for, as far as it is known: the fewer facts, the wider the answer's scope. */
export type Resource = {
  readonly areaCode?: string | undefined;
  readonly personId?: number | undefined;
  /** Actors who wrote and approved what is now to be done: none of them does it. */
  readonly authorId?: number | undefined;
  readonly approverId?: number | undefined;
};

export type Question = {
  readonly actor: Actor;
  readonly action: Permit;
  readonly resource?: Resource | undefined;
  /** As stated by the actor; the action's own name states nothing. */
  readonly purpose: string;
  /** Epoch ms: grants and purposes are in force or not. */
  readonly now: number;
};

const WIDTH_OF: Record<Reach, number> = { self: 0, assigned: 1, named: 2, own: 3, city: 4 };
const PURPOSE_CHARS_MIN = 4;

const isRole = (name: string): name is Role => (ROLES as readonly string[]).includes(name);

/** How far each of the actor's roles that has the action lets it reach. */
export const reachesOf = (actor: Actor, action: Permit): Reach[] =>
  actor.roles.flatMap((role) => (isRole(role) ? (POLICY[role][action as Action] ?? []) : []));

const widest = (reaches: readonly Reach[]): Reach | undefined =>
  reaches.toSorted((a, b) => WIDTH_OF[b] - WIDTH_OF[a])[0];

/** How far the actor's widest role lets the action reach; undefined when no role has it. */
export const reachOf = (actor: Actor, action: Permit): Reach | undefined =>
  widest(reachesOf(actor, action));

/** Grants that lend the action at `now`. */
export const lent = (actor: Actor, action: Permit, now: number): Grant[] =>
  (actor.grants ?? []).filter((it) => it.until > now && it.actions.includes(action));

const NO_PERMIT = (action: Permit): Refusal =>
  refuse('forbidden', 'no-permit', {
    zh: `您的角色没有「${action}」权限，请联系管理员。`,
    en: `Your roles do not include ${action}; ask an administrator.`,
  });
const PURPOSE_NEEDED = refuse('forbidden', 'purpose-needed', {
  zh: '查看个人信息须先写明用途，用途将记入审计。',
  en: 'State a purpose first; it will stand in the audit trail.',
});
const OUTSIDE = refuse('missing', 'outside-scope', {
  zh: '没有这条内容，或不在您的辖区。',
  en: 'There is no such thing in your area.',
});

/**
 * The law of the house as one function, pure: role × action × resource × area × purpose × grants ×
 * now. Answers the scope the actor reads and writes in, or why not. The area comes of the widest
 * role; a live grant (break-glass) adds its person and lends its actions; `assigned` opens the
 * persons of the actor's tasks and `self` the actor's own file, and neither an area. A purpose outside disease control is refused by name, whatever the role
 * (传染病防治法 2025 Art 16).
 */
export function decide(question: Question): Scope | Refusal {
  const { actor, action, now } = question;
  const resource = question.resource ?? {};
  const said = question.purpose.trim();
  if (actor === HOUSE) return { actor, areaPrefix: '', purpose: said };
  const all = prefixOf(actor.areaCode) === '' ? [] : reachesOf(actor, action);
  const grants = lent(actor, action, now);
  if (all.length + grants.length === 0) return NO_PERMIT(action);
  const isStated = said !== '' && said !== action;
  const bad = isStated ? (purposeRefused(said) ?? purposeLapsed(said, now)) : undefined;
  if (bad) return bad;
  const isNamed = isStated && said.length >= PURPOSE_CHARS_MIN;
  const usable = all.filter((it) => it !== 'named' || isNamed);
  // A grant has its reason already: without a purpose it opens its person, and nothing else.
  if (usable.length + grants.length === 0) return PURPOSE_NEEDED;
  const areaPrefix = areaFor(actor, widest(usable));
  const persons = personsFor(actor, action, grants);
  const own = { actor, areaPrefix, purpose: said || action };
  const scope = persons.length > 0 ? { ...own, persons } : own;
  if (!covers(scope, resource)) return OUTSIDE;
  const executor = { id: actor.id, unit: actor.unit };
  return separate({ author: resource.authorId, approver: resource.approverId, executor }) ?? scope;
}

function areaFor(actor: Actor, reach: Reach | undefined): string {
  if (!reach || reach === 'self' || reach === 'assigned') return NOWHERE;
  const top = ancestorOf(actor.areaCode, 'city') ?? actor.areaCode;
  return prefixOf(reach === 'city' ? top : actor.areaCode);
}

function personsFor(actor: Actor, action: Permit, grants: readonly Grant[]): number[] {
  const reaches = reachesOf(actor, action);
  const own = reaches.includes('self') && actor.personId ? [actor.personId] : [];
  const held = reaches.includes('assigned') ? (actor.assigned ?? []) : [];
  return [...new Set([...own, ...held, ...grants.map((it) => it.personId)])];
}

/** A thing whose area is not known is left to the store, which asks the scope row by row. */
function covers(scope: Scope, { areaCode, personId }: Resource): boolean {
  if (personId !== undefined && scope.persons?.includes(personId)) return true;
  if (areaCode !== undefined) return isWithin(areaCode, scope.areaPrefix);
  return personId === undefined || scope.areaPrefix !== NOWHERE;
}
