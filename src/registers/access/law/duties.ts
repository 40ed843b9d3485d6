import type { Actor } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { HOUR } from '#base/time.ts';
import type { Words } from '#base/words.ts';
import type { Role } from '../contract.ts';
import { type Action, POLICY } from '../policy.ts';

/** Roles that stand alone: who makes accounts has no other, and no key of a device is a person's. */
const ALONE: readonly Role[] = ['administrator', 'guard_device', 'resident'];

/** Duties of two people: no account has both, or one hand would do the work of two. */
const APART: readonly (readonly [Action, Action])[] = [
  ['mandate.propose', 'mandate.approve'],
  ['rule.draft', 'rule.review'],
  ['rule.draft', 'rule.activate'],
  ['rule.review', 'rule.activate'],
  ['export.ask', 'export.approve'],
  ['glass.break', 'glass.review'],
  ['person.read', 'misuse.judge'],
];

/** Why these roles are not one account's, or undefined. */
export function rolesApart(roles: readonly Role[]): Words | undefined {
  const distinct = [...new Set(roles)];
  if (distinct.length > 1 && distinct.some((role) => ALONE.includes(role))) {
    return {
      zh: '管理员、设备和居民账号不能兼任其他角色',
      en: 'an administrator, a device or a resident has no other role',
    };
  }
  const has = (action: Action) => distinct.some((role) => POLICY[role][action] !== undefined);
  const pair = APART.find(([one, other]) => has(one) && has(other));
  return (
    pair && {
      zh: `「${pair[0]}」与「${pair[1]}」须由不同的人担任`,
      en: `${pair[0]} and ${pair[1]} are duties of two people`,
    }
  );
}

/** What a second person decides after somebody else. */
const SECOND: readonly Action[] = [
  'mandate.approve',
  'mandate.witness',
  'rule.review',
  'rule.activate',
  'export.approve',
  'glass.review',
  'misuse.judge',
  'retention.run',
];
export const HANDED_MS = 24 * HOUR;

const NEW_HAND = refuse('forbidden', 'new-hand', {
  zh: '此账号的密码或第二因素在 24 小时内由他人设置，暂不能审批、复核或判定；本人的账号无故变动请告知督查员。',
  en: 'Somebody else gave this password or took factors away within 24 hours: it approves and judges nothing yet. Tell the supervisor if it was not you.',
});

/**
 * Refuses the second hand's acts on an account that another person could be using: for a day after
 * its password was given or its factors were taken away. Until then its holder has noticed, and an
 * administrator alone is no two people (`new-hand`).
 */
export function newHand(actor: Actor, permit: string, now: number): Refusal | undefined {
  if (actor.handedAt === undefined || now - actor.handedAt >= HANDED_MS) return undefined;
  return SECOND.some((it) => it === permit) ? NEW_HAND : undefined;
}
