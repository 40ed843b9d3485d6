import { type Actor, HOUSE } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { MINUTE } from '#base/time.ts';

/** A proof (password, code, passkey) counts for grave acts so long. */
export const FRESH_MS = 5 * MINUTE;

const PROVE_AGAIN = refuse('forbidden', 'prove-again', {
  zh: '此操作须再次验证身份：请输入密码、动态口令或使用通行密钥。',
  en: 'Prove again who you are for this: your password, a code or a passkey.',
});

/**
 * Undefined when the actor proved who they are within the last five minutes; else the refusal
 * `prove-again`, which faces answer with a proof and the same request again (OWASP ASVS 5, 7.5).
 * Asked at the door (routes) before grave acts: factors, given passwords, approvals, judgements.
 */
export function requireFresh(actor: Actor, now: number): Refusal | undefined {
  if (actor === HOUSE) return undefined;
  const age = now - (actor.provenAt ?? Number.NEGATIVE_INFINITY);
  return age <= FRESH_MS ? undefined : PROVE_AGAIN;
}

const MUST = {
  change: refuse('forbidden', 'change-first', {
    zh: '密码由他人设置，请先修改密码。',
    en: 'Somebody else gave you this password; change it first.',
  }),
  enrol: refuse('forbidden', 'enrol-first', {
    zh: '您的角色须有第二因素，请先添加动态口令或通行密钥。',
    en: 'Your role needs a second factor; add a code app or a passkey first.',
  }),
} as const;

/** What stands before everything else the actor may do, and what a device's key was not made for. */
export function heldBack(actor: Actor, permit: string): Refusal | undefined {
  if (actor.must) return MUST[actor.must];
  if (!actor.only || actor.only.some((it) => it === permit)) return undefined;
  return refuse('forbidden', 'not-of-this-key', {
    zh: `此密钥不含「${permit}」。`,
    en: `This key was not made for ${permit}.`,
  });
}
