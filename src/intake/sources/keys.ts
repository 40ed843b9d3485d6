import type { Actor } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { DAY } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import { hashToken, newToken } from '#platform/secrets/index.ts';
import type { Source } from './model.ts';
import { sourceById } from './store.ts';

export type SourceKey = {
  id: number;
  prefix: string;
  createdAt: number;
  expiresAt: number;
  revokedAt: number | null;
};

const KEY = `id, prefix, created_at as "createdAt", expires_at as "expiresAt",
  revoked_at as "revokedAt"`;
const PREFIX_CHARS = 8;

export const NO_SOURCE = refuse('missing', 'no-such-source', {
  zh: '没有这个数据源。',
  en: 'There is no such source.',
});

export const keysOf = (tx: Tx, sourceId: number): Promise<SourceKey[]> =>
  tx.rows<SourceKey>(
    `select ${KEY} from sources.key where source_id = $1 order by id desc limit 200`,
    [sourceId],
  );

/** A new key of a source, good for `days`. The key itself is in this answer and nowhere else. */
export async function issueKey(
  tx: Tx,
  _actor: Actor,
  input: { sourceId: number; days: number },
  now: number,
  chance?: (bytes: number) => Buffer,
): Promise<(SourceKey & { key: string }) | Refusal> {
  if (!(await sourceById(tx, input.sourceId))) return NO_SOURCE;
  const key = `fh_${newToken(chance)}`;
  const row = await tx.row<SourceKey>(
    `insert into sources.key (source_id, hash, prefix, created_at, expires_at)
     values ($1, $2, $3, $4, $5) returning ${KEY}`,
    [
      input.sourceId,
      hashToken(key),
      key.slice(0, PREFIX_CHARS),
      new Date(now),
      new Date(now + input.days * DAY),
    ],
  );
  return row ? { ...row, key } : NO_SOURCE;
}

/** Ends a key at once; ending it again changes nothing. */
export async function revokeKey(
  tx: Tx,
  _actor: Actor,
  input: { sourceId: number; keyId: number },
  now: number,
): Promise<SourceKey | Refusal> {
  const row = await tx.row<SourceKey>(
    `update sources.key set revoked_at = coalesce(revoked_at, $3)
     where id = $1 and source_id = $2 returning ${KEY}`,
    [input.keyId, input.sourceId, new Date(now)],
  );
  return (
    row ?? refuse('missing', 'no-such-key', { zh: '没有这个密钥。', en: 'There is no such key.' })
  );
}

/** The source a live key belongs to; undefined for an unknown, expired or revoked key. */
export async function sourceOfKey(
  tx: Tx,
  key: string,
  now: number,
): Promise<{ source: Source; keyId: number } | undefined> {
  const row = await tx.row<{ keyId: number; sourceId: number }>(
    `select id as "keyId", source_id as "sourceId" from sources.key
     where hash = $1 and revoked_at is null and expires_at > $2`,
    [hashToken(key), new Date(now)],
  );
  const source = row && (await sourceById(tx, row.sourceId));
  return source ? { source, keyId: row.keyId } : undefined;
}
