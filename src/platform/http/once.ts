import { createHash } from 'node:crypto';
import { isRefusal, refuse, type Refusal } from '#base/refusal.ts';
import type { Db, Tx } from '#platform/db/index.ts';

type Kept = { readonly requestHash: string; readonly answer: unknown };
type Row = { requestHash: string | null; answer: unknown; sealed: Buffer | null };

/** Seals texts; the vault of the house is one. */
export type AnswerSealer = { seal(plain: string): Buffer; open(sealed: Uint8Array): string };

const OTHER_BODY = refuse('conflict', 'key-reused', {
  zh: '同一个 Idempotency-Key 已用于另一份内容，请换一个新的键。',
  en: 'This Idempotency-Key was used for other content; send a new key.',
});

/**
 * Runs `work` in one transaction; with a key, at most once per (actor, key): the answer is kept in
 * the same transaction, so a crash leaves both or neither. Refusals are not kept: they changed
 * nothing.
 */
export async function runOnce<T>(
  db: Db,
  asked: {
    actorId: number;
    key: string | undefined;
    request: string;
    now: number;
    sealer?: AnswerSealer | undefined;
  },
  work: (tx: Tx) => Promise<T | Refusal>,
): Promise<T | Refusal> {
  const { actorId, key, now, sealer } = asked;
  if (!key) return db.tx(work);
  const requestHash = createHash('sha256').update(asked.request).digest('hex');
  return db.tx(async (tx): Promise<T | Refusal> => {
    await tx.run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${actorId}:${key}`]);
    const kept = await keptAnswer(tx, actorId, key, sealer);
    if (kept) return kept.requestHash === requestHash ? (kept.answer as T) : OTHER_BODY;
    const answer = await work(tx);
    if (isRefusal(answer)) return answer;
    const sealed = sealer?.seal(JSON.stringify({ requestHash, answer: answer ?? null })) ?? null;
    await tx.run(
      `insert into http.answers (actor_id, key, request_hash, answer, sealed, at)
       values ($1, $2, $3, $4, $5, $6)`,
      [
        actorId,
        key,
        sealed ? null : requestHash,
        sealed ? null : JSON.stringify(answer ?? null),
        sealed,
        new Date(now),
      ],
    );
    return answer;
  });
}

/** The first answer to this key; undefined when there was none. */
async function keptAnswer(
  tx: Tx,
  actorId: number,
  key: string,
  sealer: AnswerSealer | undefined,
): Promise<Kept | undefined> {
  const row = await tx.row<Row>(
    `select request_hash as "requestHash", answer, sealed from http.answers
     where actor_id = $1 and key = $2`,
    [actorId, key],
  );
  if (row?.sealed && sealer) return JSON.parse(sealer.open(row.sealed)) as Kept;
  return row && { requestHash: row.requestHash ?? '', answer: row.answer };
}

/**
 * Forgets answers older than `before`: a key is promised for seven days (see
 * `entry/schedule.ts`).
 */
export const pruneAnswers = (tx: Tx, before: number): Promise<number> =>
  tx.run('delete from http.answers where at < $1', [new Date(before)]);
