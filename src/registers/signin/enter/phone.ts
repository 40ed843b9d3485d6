import { timingSafeEqual } from 'node:crypto';
import type { Refusal } from '#base/refusal.ts';
import { notify } from '#platform/notify/index.ts';
import { newToken } from '#platform/secrets/index.ts';
import { actorOf, residentOf, takeToken } from '#registers/access/index.ts';
import { type Entering, type From, letIn, type SigninDeps } from '../deps.ts';
import {
  CODE_MS,
  CODE_TRIES_MAX,
  PHONE_ADDRESS_BUCKET,
  PHONE_BUCKET,
  TOO_MANY,
  WRONG_CODE,
} from '../model.ts';

/** One spelling per number, so that its codes are counted together. */
const plainPhone = (phone: string): string =>
  phone
    .normalize('NFKC')
    .replaceAll(/\D/g, '')
    .replace(/^(00)?86(?=1\d{10}$)/, '');

/** Six digits without favour: what a byte cannot share out evenly is drawn again. */
function sixDigits(chance: (bytes: number) => Uint8Array): string {
  for (;;) {
    const drawn = Buffer.from(chance(4)).readUInt32BE();
    if (drawn < 4_294_000_000) return String(drawn % 1_000_000).padStart(6, '0');
  }
}

const hashOf = (deps: SigninDeps, mark: Buffer, code: string): Buffer =>
  deps.vault.blindIndex('signin code', `${mark.toString('hex')} ${code}`);

/**
 * Sends a code to a resident's phone, if one person's file has it. The answer is the same when none
 * has, and the counting too: nobody learns who is known to the house.
 */
export async function sendPhoneCode(
  deps: SigninDeps,
  input: { readonly phone: string; readonly address: string },
  now: number,
): Promise<{ sent: true } | Refusal> {
  const phone = plainPhone(input.phone);
  const mark = deps.vault.blindIndex('signin phone', phone);
  const isAllowed = await deps.db.tx(
    async (tx) =>
      (await takeToken(tx, `phone ${mark.toString('hex')}`, PHONE_BUCKET, now)) &&
      (await takeToken(tx, `phones ${input.address}`, PHONE_ADDRESS_BUCKET, now)),
  );
  if (!isAllowed) return TOO_MANY;
  await deps.db.tx(async (tx) => {
    const person = await deps.personOfPhone?.(tx, phone);
    if (!person) return undefined;
    const actorId = await residentOf(tx, person, now);
    const code = sixDigits(deps.chance);
    await tx.run(
      `insert into signin.code (mark, actor_id, hash, tries, ends_at) values ($1, $2, $3, 0, $4)
       on conflict (mark) do update set actor_id = excluded.actor_id, hash = excluded.hash,
         tries = 0, ends_at = excluded.ends_at`,
      [mark, actorId, hashOf(deps, mark, code), new Date(now + CODE_MS)],
    );
    const message = {
      key: `signin ${newToken()}`,
      channel: 'sms' as const,
      to: deps.vault.seal(phone),
      template: 'signin-code',
      params: { code, minutes: String(CODE_MS / 60_000) },
    };
    // A full queue rolls the code back; the caller still learns nothing.
    return notify(tx, deps.vault, message, now);
  });
  return { sent: true };
}

type Row = { actorId: number; hash: Buffer };

/** Signs a resident in with the code; five tries within five minutes, and each code once. */
export async function enterByPhone(
  deps: SigninDeps,
  input: { readonly phone: string; readonly code: string },
  from: From,
  now: number,
): Promise<Entering> {
  const mark = deps.vault.blindIndex('signin phone', plainPhone(input.phone));
  const held = await deps.db.tx((tx) =>
    tx.row<Row>(
      `update signin.code set tries = tries + 1
       where mark = $1 and ends_at > $2 and tries < $3
       returning actor_id as "actorId", hash`,
      [mark, new Date(now), CODE_TRIES_MAX],
    ),
  );
  const said = hashOf(deps, mark, input.code.replaceAll(/\s/g, ''));
  if (!held || !timingSafeEqual(held.hash, said)) return WRONG_CODE;
  return deps.db.tx(async (tx) => {
    const once = await tx.run('delete from signin.code where mark = $1', [mark]);
    const actor = once > 0 ? await actorOf(tx, held.actorId) : undefined;
    if (!actor) return WRONG_CODE;
    return letIn(deps, tx, actor, { ...from, method: 'phone', hasFactor: true }, now);
  });
}
