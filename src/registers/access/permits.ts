import { type Actor, HOUSE, type Permit, type Scope } from '#base/access.ts';
import { ancestorOf, prefixOf } from '#base/areas.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { ROLES, type Role } from './contract.ts';
import { ROLE_WORDS } from './model.ts';
import { type Action, ACTIONS, POLICY, type Reach } from './policy.ts';

const WIDTH_OF: Record<Reach, number> = { self: 0, named: 1, own: 2, city: 3 };
const PURPOSE_CHARS_MIN = 4;

const isRole = (name: string): name is Role => (ROLES as readonly string[]).includes(name);

/** How far the actor's widest role lets the action reach; undefined when no role has it. */
export function reachOf(actor: Actor, permit: Permit): Reach | undefined {
  let widest: Reach | undefined;
  for (const role of actor.roles) {
    const reach = isRole(role) ? POLICY[role][permit as Action] : undefined;
    if (reach && (!widest || WIDTH_OF[reach] > WIDTH_OF[widest])) widest = reach;
  }
  return widest;
}

export const mayDo = (actor: Actor, permit: Permit): boolean =>
  actor === HOUSE || reachOf(actor, permit) !== undefined;

/** Every action the actor may do, with its reach: what a face shows or hides. */
export const actionsOf = (actor: Actor): Partial<Record<Action, Reach>> =>
  Object.fromEntries(
    ACTIONS.flatMap((action) => {
      const reach = reachOf(actor, action);
      return reach ? [[action, reach]] : [];
    }),
  );

/**
 * The scope an actor reads in for one action. Refuses when no role has the action, and a
 * break-glass reading without a purpose of at least four characters that says more than the
 * action's own name.
 */
export function scopeFor(actor: Actor, permit: Permit, purpose: string): Scope | Refusal {
  if (actor === HOUSE) return { actor, areaPrefix: '', purpose };
  const reach = reachOf(actor, permit);
  const own = prefixOf(actor.areaCode);
  if (!reach || own === '') {
    return refuse('forbidden', 'no-permit', {
      zh: `您的角色没有「${permit}」权限，请联系管理员。`,
      en: `Your roles do not include ${permit}; ask an administrator.`,
    });
  }
  const said = purpose.trim();
  if (reach === 'named' && (said.length < PURPOSE_CHARS_MIN || said === permit)) {
    return refuse('forbidden', 'purpose-needed', {
      zh: '查看个人信息须先写明用途，用途将记入审计。',
      en: 'State a purpose first; it will stand in the audit trail.',
    });
  }
  const city = prefixOf(ancestorOf(actor.areaCode, 'city') ?? actor.areaCode);
  return { actor, areaPrefix: reach === 'city' ? city : own, purpose: said || permit };
}

/** The policy as a table, one action per line: the golden file tests/golden/policy.txt. */
export function printPolicy(): string {
  const wide = Math.max(...ACTIONS.map((a) => a.length)) + 2;
  const lines = [
    'Who may do what. c: whole city; o: own area; n: own area, purpose stated; s: own file; .: no.',
    '',
    ...ROLES.map((role, i) => `${String(i).padStart(2)} ${role.padEnd(24)}${ROLE_WORDS[role].zh}`),
    '',
    ''.padEnd(wide) +
      ROLES.map((_, i) => String(i).padEnd(3))
        .join('')
        .trimEnd(),
  ];
  for (const action of ACTIONS) {
    const cells = ROLES.map((role) => (POLICY[role][action]?.charAt(0) ?? '.').padEnd(3));
    lines.push((action.padEnd(wide) + cells.join('')).trimEnd());
  }
  return `${lines.join('\n')}\n`;
}
