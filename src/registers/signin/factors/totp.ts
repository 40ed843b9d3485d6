import { Secret, TOTP } from 'otpauth';
import { renderSVG } from 'uqr';
import type { Actor } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { WRONG_CODE } from '../model.ts';

/** RFC 6238 as every code app speaks it: SHA-1, 6 digits, 30 s; one step early or late is taken. */
const PERIOD_S = 30;
const WINDOW = 1;
const SECRET_BYTES = 20;
const ISSUER = 'Fenghuo';

const appOf = (secret: Secret, label: string): TOTP =>
  new TOTP({ issuer: ISSUER, label, secret, algorithm: 'SHA1', digits: 6, period: PERIOD_S });

const HAVE_ONE = refuse('conflict', 'totp-exists', {
  zh: '已添加动态口令；如需更换，请先移除原有的。',
  en: 'There is a code app already; remove it before you add another.',
});

/** A new secret, sealed, of no use until confirmed; asking again makes another. */
export async function beginTotp(
  tx: Tx,
  deps: { readonly vault: Vault; readonly chance: (bytes: number) => Uint8Array },
  actor: Actor,
  now: number,
): Promise<{ secret: string; uri: string; svg: string } | Refusal> {
  const bytes = Uint8Array.from(deps.chance(SECRET_BYTES));
  const secret = new Secret({ buffer: bytes.buffer });
  const made = await tx.run(
    `insert into signin.totp as t (actor_id, sealed_secret, made_at) values ($1, $2, $3)
     on conflict (actor_id) do update
       set sealed_secret = excluded.sealed_secret, made_at = excluded.made_at
       where t.confirmed_at is null`,
    [actor.id, deps.vault.seal(secret.base32), new Date(now)],
  );
  if (made === 0) return HAVE_ONE;
  const uri = appOf(secret, actor.login).toString();
  return { secret: secret.base32, uri, svg: renderSVG(uri, { border: 2 }) };
}

type Row = { sealed: Buffer; lastStep: number };

/** The step a code stands for, if it is right now and was not used; it is used up by asking. */
async function takeCode(
  tx: Tx,
  vault: Vault,
  actorId: number,
  code: string,
  now: number,
  isConfirmed: boolean,
): Promise<boolean> {
  const row = await tx.row<Row>(
    `select sealed_secret as sealed, last_step as "lastStep" from signin.totp
     where actor_id = $1 and (confirmed_at is not null) = $2`,
    [actorId, isConfirmed],
  );
  if (!row) return false;
  const token = code.replaceAll(/\s/g, '');
  const app = appOf(Secret.fromBase32(vault.open(row.sealed)), '');
  const delta = app.validate({ token, window: WINDOW, timestamp: now });
  if (delta === null) return false;
  const step = Math.floor(now / (PERIOD_S * 1000)) + delta;
  const taken = await tx.run(
    `update signin.totp set last_step = $2, confirmed_at = coalesce(confirmed_at, $3)
     where actor_id = $1 and last_step < $2`,
    [actorId, step, new Date(now)],
  );
  return taken > 0;
}

/** Whether the code is the app's own, now, for the first time (RFC 6238 §5.2). */
export const checkTotp = (tx: Tx, vault: Vault, actorId: number, code: string, now: number) =>
  takeCode(tx, vault, actorId, code, now, true);

/** The first right code shows that the app holds the secret. */
export async function confirmTotp(
  tx: Tx,
  vault: Vault,
  actor: Actor,
  code: string,
  now: number,
): Promise<{ confirmed: true } | Refusal> {
  const isRight = await takeCode(tx, vault, actor.id, code, now, false);
  return isRight ? { confirmed: true } : WRONG_CODE;
}

export const removeTotp = (tx: Tx, actorId: number): Promise<number> =>
  tx.run('delete from signin.totp where actor_id = $1', [actorId]);
