import type { Actor } from '#base/access.ts';
import { isWithin, prefixOf } from '#base/areas.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { DAY, MINUTE } from '#base/time.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { hashToken, newToken } from '#platform/secrets/index.ts';
import { ACTIONS, actorOf, authenticate } from '#registers/access/index.ts';
import { noteAccount } from './account.ts';

export type DeviceKey = {
  id: number;
  prefix: string;
  actions: string[];
  madeAt: number;
  expiresAt: number;
  usedAt: number | null;
  revokedAt: number | null;
};
const KEY = `id, prefix, actions, made_at as "madeAt", expires_at as "expiresAt",
  used_at as "usedAt", revoked_at as "revokedAt"`;
const MARK = 'fd_';
const PREFIX_CHARS = 8;
const KEYS_SHOWN_MAX = 100;

const NO_DEVICE = refuse('missing', 'no-such-device', {
  zh: '没有这个设备账号，或不在您的辖区。',
  en: 'There is no such device in your area.',
});
const NO_KEY = refuse('missing', 'no-such-key', {
  zh: '没有这个密钥。',
  en: 'There is no such key.',
});
const NO_ACTION = refuse('invalid', 'no-such-action', {
  zh: '有不存在的操作名。',
  en: 'One of the actions does not exist.',
});

/** A device's account in the actor's area: keys are for devices, people sign in. */
async function deviceOf(tx: Tx, actor: Actor, id: number): Promise<Actor | undefined> {
  const device = await actorOf(tx, id);
  if (!device?.roles.includes('guard_device')) return undefined;
  return isWithin(device.areaCode, prefixOf(actor.areaCode)) ? device : undefined;
}

export async function listKeys(
  tx: Tx,
  actor: Actor,
  id: number,
): Promise<{ rows: DeviceKey[] } | Refusal> {
  if (!(await deviceOf(tx, actor, id))) return NO_DEVICE;
  const rows = await tx.rows<DeviceKey>(
    `select ${KEY} from signin.device_key where actor_id = $1
     order by id desc limit ${KEYS_SHOWN_MAX}`,
    [id],
  );
  return { rows };
}

/**
 * A new key of a device for some actions, shown this once. Older keys live on for `overlapDays`, so
 * that the device can be told the new one.
 */
export async function issueDeviceKey(
  tx: Tx,
  actor: Actor,
  input: {
    readonly id: number;
    readonly actions: readonly string[];
    readonly days: number;
    readonly overlapDays: number;
  },
  now: number,
): Promise<(DeviceKey & { key: string }) | Refusal> {
  if (!(await deviceOf(tx, actor, input.id))) return NO_DEVICE;
  if (input.actions.some((it) => !(ACTIONS as readonly string[]).includes(it))) return NO_ACTION;
  const key = MARK + newToken();
  await tx.run(
    `update signin.device_key set expires_at = least(expires_at, $2)
     where actor_id = $1 and revoked_at is null`,
    [input.id, new Date(now + input.overlapDays * DAY)],
  );
  const made = await tx.row<DeviceKey>(
    `insert into signin.device_key (actor_id, hash, prefix, actions, made_at, expires_at)
     values ($1, $2, $3, $4, $5, $6) returning ${KEY}`,
    [
      input.id,
      hashToken(key),
      key.slice(0, PREFIX_CHARS),
      input.actions,
      new Date(now),
      new Date(now + input.days * DAY),
    ],
  );
  await noteAccount(tx, actor, 'key.issue', now, input.id);
  return made ? { ...made, key } : NO_DEVICE;
}

/** Ends a device's key at once; again changes nothing. */
export async function revokeDeviceKey(
  tx: Tx,
  actor: Actor,
  input: { readonly id: number; readonly keyId: number },
  now: number,
): Promise<DeviceKey | Refusal> {
  if (!(await deviceOf(tx, actor, input.id))) return NO_DEVICE;
  const row = await tx.row<DeviceKey>(
    `update signin.device_key set revoked_at = coalesce(revoked_at, $3)
     where id = $1 and actor_id = $2 returning ${KEY}`,
    [input.keyId, input.id, new Date(now)],
  );
  if (!row) return NO_KEY;
  await noteAccount(tx, actor, 'key.revoke', now, input.id);
  return row;
}

type Held = { id: number; actorId: number; actions: string[]; usedAt: number | null };

/** The device that holds a live key, bound to the key's actions. */
async function deviceOfKey(db: Db, key: string, now: number): Promise<Actor | undefined> {
  const found = await db.read(async (tx) => {
    const held = await tx.row<Held>(
      `select id, actor_id as "actorId", actions, used_at as "usedAt" from signin.device_key
       where hash = $1 and revoked_at is null and expires_at > $2`,
      [hashToken(key), new Date(now)],
    );
    return held && { held, actor: await actorOf(tx, held.actorId) };
  });
  if (!found?.actor) return undefined;
  const { held, actor } = found;
  if (now - (held.usedAt ?? 0) >= MINUTE) {
    await db.tx((tx) =>
      tx.run('update signin.device_key set used_at = $2 where id = $1', [held.id, new Date(now)]),
    );
  }
  return { ...actor, only: held.actions };
}

/** Who holds a token: a person's session, or a device's key. For the gate of the HTTP side. */
export const whoHolds = (db: Db, token: string, now: number): Promise<Actor | undefined> =>
  token.startsWith(MARK) ? deviceOfKey(db, token, now) : authenticate(db, token, now);
