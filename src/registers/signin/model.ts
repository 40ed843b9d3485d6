import type { Actor } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { DAY, MINUTE } from '#base/time.ts';
import type { Role } from '#registers/access/index.ts';

/** The password was right: so long the second factor is awaited, and so often it may be wrong. */
export const PENDING_MS = 5 * MINUTE;
export const PENDING_TRIES_MAX = 5;
export const CHALLENGE_MS = 5 * MINUTE;
export const CODE_MS = 5 * MINUTE;
export const CODE_TRIES_MAX = 5;
export const HANDSHAKE_MS = 10 * MINUTE;
export const INVITATION_MS = 60 * MINUTE;
/** A browser is known so long after it last signed somebody in. */
export const KNOWN_MS = 180 * DAY;
export const PASSKEYS_MAX = 10;
export const RECOVERY_CODES = 10;
/** Guesses at one actor's codes, whoever makes them and however often the password was right. */
export const FACTOR_BUCKET = { capacity: 10, refillMs: MINUTE };
/** Codes sent to one phone, and asked for from one address: a family shares one, an office too. */
export const PHONE_BUCKET = { capacity: 3, refillMs: 10 * MINUTE };
export const PHONE_ADDRESS_BUCKET = { capacity: 60, refillMs: MINUTE };

/**
 * Roles that must have a second factor where the house requires one: those who change the house,
 * look at process and audit, approve orders, or read people all over the city. As of 2026-11.
 */
export const SECOND_FACTOR_ROLES: readonly Role[] = [
  'administrator',
  'supervisor',
  'data_protection_officer',
  'commander',
  'epidemiologist',
];

export type SecondFactor = 'required' | 'offered';

export const needsFactor = (actor: Pick<Actor, 'roles'>, setting: SecondFactor): boolean =>
  setting === 'required' && SECOND_FACTOR_ROLES.some((role) => actor.roles.includes(role));

export const WRONG_CODE: Refusal = refuse('unauthenticated', 'wrong-code', {
  zh: '验证码不正确，或已用过。',
  en: 'The code is not right, or was used before.',
});
export const WRONG_PASSKEY: Refusal = refuse('unauthenticated', 'wrong-passkey', {
  zh: '通行密钥未通过验证，请重试或换一种方式。',
  en: 'The passkey was not accepted; try again, or another way.',
});
export const TOO_MANY: Refusal = refuse('busy', 'too-many-attempts', {
  zh: '尝试次数过多，请稍候几分钟再试。',
  en: 'Too many attempts; wait some minutes.',
});
export const START_AGAIN: Refusal = refuse('unauthenticated', 'start-again', {
  zh: '登录已超时，请从头再来。',
  en: 'This sign-in has run out; start again.',
});

const BROWSERS = [
  [/MicroMessenger/, '微信 WeChat'],
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/(Headless)?Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const;
const SYSTEMS = [
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
] as const;

/** A browser in the words its owner knows it by; versions and the rest are not kept. */
export function deviceWords(userAgent: string): string {
  const said = [BROWSERS, SYSTEMS].map((list) => list.find(([sign]) => sign.test(userAgent))?.[1]);
  return said.filter(Boolean).join(' · ') || 'API';
}
