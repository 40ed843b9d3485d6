import { type Refusal, refuse } from '#base/refusal.ts';
import { DAY, MINUTE, SECOND } from '#base/time.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';

export type Channel = 'sms' | 'mail';

/** One message. `template` names the words the gateway holds; `params` fill their gaps. */
export type Message = {
  /** Sent once per key. */
  readonly key: string;
  readonly channel: Channel;
  /** Phone number or mail address, sealed by the vault. */
  readonly to: Buffer;
  readonly template: string;
  readonly params: Readonly<Record<string, string>>;
};

/** A message as a sender gets it, opened. Throws when it could not be handed over. */
export type Letter = {
  readonly key: string;
  readonly channel: Channel;
  readonly to: string;
  readonly template: string;
  readonly params: Readonly<Record<string, string>>;
};
export type Sender = (letter: Letter) => Promise<void>;

export const NOTIFY_LIMITS = {
  waitingMax: 10_000,
  /** Tries before a message is given up: with the waits below, about 25 minutes. */
  triesMax: 8,
  batch: 20,
  /** What was sent is remembered so long, so that its key sends no second time. */
  keptMs: 7 * DAY,
};
/** A sender that died with a message leaves it to another after so long. */
const LEASE_MS = MINUTE;

const FULL = refuse('busy', 'notify-full', {
  zh: '待发消息过多，请稍后再试。',
  en: 'Too many messages wait to be sent; try again later.',
});

/** Queues a message in the transaction of what it tells about. Refuses when too many wait. */
export async function notify(
  tx: Tx,
  vault: Vault,
  message: Message,
  now: number,
): Promise<{ queued: boolean } | Refusal> {
  const waiting = await tx.row<{ n: number }>(
    `select count(*)::int as n from
       (select 1 from notify.message where state = 'waiting' limit ${NOTIFY_LIMITS.waitingMax}) x`,
  );
  if ((waiting?.n ?? 0) >= NOTIFY_LIMITS.waitingMax) return FULL;
  const queued = await tx.run(
    `insert into notify.message
       (key, channel, template, sealed_to, sealed_params, next_at, made_at)
     values ($1, $2, $3, $4, $5, $6, $6) on conflict (key) do nothing`,
    [
      message.key,
      message.channel,
      message.template,
      message.to,
      vault.seal(JSON.stringify(message.params)),
      new Date(now),
    ],
  );
  return { queued: queued > 0 };
}

type Waiting = Omit<Message, 'to' | 'params'> & {
  id: number;
  to: Buffer;
  params: Buffer;
  tries: number;
};

/** Doubling waits: 10 s, 20 s, 40 s … */
export const waitAfter = (tries: number): number => 10 * SECOND * 2 ** Math.max(0, tries - 1);

/**
 * Sends what is due. Each message is taken under a lease, so that two workers never send one; a
 * failure is tried again later, and given up in the end. Answers how many went and how many failed.
 */
export async function sendWaiting(
  deps: { readonly db: Db; readonly vault: Vault; readonly send: Sender },
  now: number,
): Promise<{ sent: number; failed: number }> {
  const { db, vault, send } = deps;
  const due = await db.tx((tx) =>
    tx.rows<Waiting>(
      `update notify.message set tries = tries + 1, next_at = $2 where id in (
         select id from notify.message where state = 'waiting' and next_at <= $1
         order by next_at limit $3 for update skip locked)
       returning id, key, channel, template, sealed_to as "to", sealed_params as "params", tries`,
      [new Date(now), new Date(now + LEASE_MS), NOTIFY_LIMITS.batch],
    ),
  );
  let sent = 0;
  for (const { id, tries, to, params, key, channel, template } of due) {
    const letter = { key, channel, template, to: vault.open(to), params: gapsOf(vault, params) };
    const went = await send(letter).then(
      () => true,
      () => false,
    );
    if (went) sent++;
    await db.tx((tx) => settle(tx, { id, tries, went }, now));
  }
  return { sent, failed: due.length - sent };
}

const gapsOf = (vault: Vault, sealed: Buffer): Record<string, string> =>
  JSON.parse(vault.open(sealed)) as Record<string, string>;

function settle(tx: Tx, it: { id: number; tries: number; went: boolean }, now: number) {
  if (!it.went && it.tries < NOTIFY_LIMITS.triesMax) {
    return tx.run('update notify.message set next_at = $2 where id = $1', [
      it.id,
      new Date(now + waitAfter(it.tries)),
    ]);
  }
  return tx.run(
    `update notify.message set state = $2, ended_at = $3, sealed_to = null, sealed_params = null
     where id = $1`,
    [it.id, it.went ? 'sent' : 'given_up', new Date(now)],
  );
}

/** Forgets messages that ended before `before`. Called by the schedule. */
export const pruneMessages = (tx: Tx, before: number): Promise<number> =>
  tx.run(`delete from notify.message where state <> 'waiting' and ended_at < $1`, [
    new Date(before),
  ]);
