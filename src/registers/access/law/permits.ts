import { type Actor, HOUSE, type Permit, type Scope } from '#base/access.ts';
import type { Refusal } from '#base/refusal.ts';
import { ROLES } from '../contract.ts';
import { newHand } from './duties.ts';
import { decide, lent, reachesOf, reachOf } from './decide.ts';
import { ROLE_WORDS } from '../model.ts';
import { type Action, ACTIONS, POLICY, type Reach } from '../policy.ts';
import { heldBack } from '../sessions/fresh.ts';

/** Whether the actor may do the action at all, somewhere: a role has it, or a live grant lends it. */
export const mayDo = (actor: Actor, permit: Permit): boolean =>
  actor === HOUSE || reachOf(actor, permit) !== undefined || lent(actor, permit, 0).length > 0;

/** Every action the actor may do, with its reach: what a face shows or hides. */
export const actionsOf = (actor: Actor): Partial<Record<Action, Reach>> =>
  Object.fromEntries(
    ACTIONS.flatMap((action) => {
      const reach = reachOf(actor, action);
      return reach ? [[action, reach]] : [];
    }),
  );

/**
 * The scope an actor reads in for one action: `decide` without a resource. The actor's grants are
 * those that were live when the session was read; with `now` (epoch ms) their time is held again.
 */
export const scopeFor = (actor: Actor, permit: Permit, purpose: string, now = 0): Scope | Refusal =>
  heldBack(actor, permit) ??
  newHand(actor, permit, now) ??
  decide({ actor, action: permit, purpose, now });

/** Whether some of the actor's roles reach only the persons of their tasks. */
export const needsAssigned = (actor: Actor): boolean =>
  ACTIONS.some((action) => reachesOf(actor, action).includes('assigned'));

/** The policy as a table, one action per line: the golden file tests/golden/policy.txt. */
export function printPolicy(): string {
  const wide = Math.max(...ACTIONS.map((a) => a.length)) + 2;
  const lines = [
    'Who may do what. c: whole city; o: own area; n: own area, purpose stated; a: tasks; s: self; .: no.',
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
