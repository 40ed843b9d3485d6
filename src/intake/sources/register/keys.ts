import type { Actor } from '#base/access.ts';
import type { KindName } from '#base/kinds.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { DAY, MINUTE } from '#base/time.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { hashToken, newToken } from '#platform/secrets/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import type { Format, Source } from '../model.ts';
import { sourceById } from './store.ts';

export type SourceKey = {
  id: number;
  prefix: string;
  createdAt: number;
  expiresAt: number;
  revokedAt: number | null;
  usedAt: number | null;
  /** What it may send; empty: whatever its source may. */
  kinds: KindName[];
  formats: Format[];
};

const KEY = `id, prefix, created_at as "createdAt", expires_at as "expiresAt",
  revoked_at as "revokedAt", used_at as "usedAt", kinds, formats`;
const PREFIX_CHARS = 8;

const NO_KEY = refuse('missing', 'no-such-key', {
  zh: '没有这个密钥。',
  en: 'There is no such key.',
});
export const NO_SOURCE = refuse('missing', 'no-such-source', {
  zh: '没有这个数据源。',
  en: 'There is no such source.',
});

export const keysOf = (tx: Tx, sourceId: number): Promise<SourceKey[]> =>
  tx.rows<SourceKey>(
    `select ${KEY} from sources.key where source_id = $1 order by id desc limit 200`,
    [sourceId],
  );

export type NewKey = {
  readonly sourceId: number;
  readonly days: number;
  readonly kinds?: readonly KindName[] | undefined;
  readonly formats?: readonly Format[] | undefined;
  /** Rotation: the source's other keys end after so many days; they live on without. */
  readonly overlapDays?: number | undefined;
};

const BEYOND = refuse('invalid', 'beyond-source', {
  zh: '密钥的格式须在数据源的格式之内。',
  en: 'A key’s formats must be among those of its source.',
});

/**
 * A new key of a source, good for `days` and for some kinds and formats. The key itself is in this
 * answer and nowhere else.
 */
export async function issueKey(
  tx: Tx,
  actor: Actor,
  input: NewKey,
  now: number,
  chance?: (bytes: number) => Buffer,
): Promise<(SourceKey & { key: string }) | Refusal> {
  const source = await sourceById(tx, input.sourceId);
  if (!source) return NO_SOURCE;
  if (input.formats?.some((it) => !source.formats.includes(it))) return BEYOND;
  if (input.overlapDays !== undefined) {
    await tx.run(
      `update sources.key set expires_at = least(expires_at, $2)
       where source_id = $1 and revoked_at is null`,
      [source.id, new Date(now + input.overlapDays * DAY)],
    );
  }
  const key = `fh_${newToken(chance)}`;
  const row = await tx.row<SourceKey>(
    `insert into sources.key
       (source_id, hash, prefix, created_at, expires_at, kinds, formats)
     values ($1, $2, $3, $4, $5, $6, $7) returning ${KEY}`,
    [
      input.sourceId,
      hashToken(key),
      key.slice(0, PREFIX_CHARS),
      new Date(now),
      new Date(now + input.days * DAY),
      input.kinds ?? [],
      input.formats ?? [],
    ],
  );
  await note(tx, actor, input.overlapDays === undefined ? 'issue' : 'rotate', source.id, now);
  return row ? { ...row, key } : NO_SOURCE;
}

/** Ends a key at once; ending it again changes nothing. */
export async function revokeKey(
  tx: Tx,
  actor: Actor,
  input: { sourceId: number; keyId: number },
  now: number,
): Promise<SourceKey | Refusal> {
  const row = await tx.row<SourceKey>(
    `update sources.key set revoked_at = coalesce(revoked_at, $3)
     where id = $1 and source_id = $2 returning ${KEY}`,
    [input.keyId, input.sourceId, new Date(now)],
  );
  if (!row) return NO_KEY;
  await note(tx, actor, 'revoke', input.sourceId, now);
  return row;
}

const note = (tx: Tx, actor: Actor, what: string, sourceId: number, at: number): Promise<void> => {
  const { areaCode } = actor;
  const line = { action: `key.${what}`, subject: `source:${sourceId}`, purpose: `key.${what}` };
  return writeEntry(tx, { at, actor, areaCode, ...line });
};

export type KeyHolder = {
  /** Narrowed to the key's formats. */
  readonly source: Source;
  readonly keyId: number;
  readonly kinds: readonly KindName[];
  readonly usedAt: number | null;
};

/** The source a live key belongs to; undefined for an unknown, expired or revoked key. */
export async function sourceOfKey(
  tx: Tx,
  key: string,
  now: number,
): Promise<KeyHolder | undefined> {
  const row = await tx.row<Pick<SourceKey, 'kinds' | 'formats' | 'usedAt'> & Ids>(
    `select id as "keyId", source_id as "sourceId", kinds, formats, used_at as "usedAt"
     from sources.key where hash = $1 and revoked_at is null and expires_at > $2`,
    [hashToken(key), new Date(now)],
  );
  const source = row && (await sourceById(tx, row.sourceId));
  if (!source) return undefined;
  const formats = row.formats.length > 0 ? row.formats : source.formats;
  return { source: { ...source, formats }, keyId: row.keyId, kinds: row.kinds, usedAt: row.usedAt };
}
type Ids = { keyId: number; sourceId: number };

/** When a key was last used, to the minute: what nobody uses is ended. */
export async function touchKey(db: Db, holder: KeyHolder, now: number): Promise<void> {
  if (now - (holder.usedAt ?? 0) < MINUTE) return;
  await db.tx((tx) =>
    tx.run('update sources.key set used_at = $2 where id = $1', [holder.keyId, new Date(now)]),
  );
}
