import type { Actor } from '#base/access.ts';
import { keyOf, type Page, pageOf } from '#base/paging.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { DAY } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';

export type Hold = {
  id: number;
  personId: number;
  reason: string;
  from: number;
  until: number;
  by: string;
  endedAt: number | null;
};
type Row = Omit<Hold, 'reason'> & { sealed: Buffer };

const HOLD = `id, person_id as "personId", reason as sealed, from_at as "from",
  until_at as "until", by_name as "by", ended_at as "endedAt"`;

/** A hold names its end: what must be kept for longer is asked for again. */
export const HOLD_DAYS_MAX = 3 * 366;

const opened = (vault: Vault, { sealed, ...row }: Row): Hold => ({
  ...row,
  reason: vault.open(sealed),
});

/** Of these persons, those under a live hold. */
export const heldPersons = async (
  tx: Tx,
  persons: readonly number[],
  now: number,
): Promise<number[]> =>
  persons.length === 0
    ? []
    : (
        await tx.rows<{ person: number }>(
          `select distinct person_id as person from retention.hold
           where person_id = any($1::bigint[]) and ended_at is null and until_at > $2`,
          [persons, new Date(now)],
        )
      ).map((row) => row.person);

/**
 * Keeps a person's data although its clock runs out, for a stated reason and time, e.g. a claim
 * (个人信息保护法 Art 47: erasure yields to a period another law prescribes). Refuses an end that is
 * past or further than `HOLD_DAYS_MAX`.
 */
export async function putHold(
  tx: Tx,
  vault: Vault,
  actor: Actor,
  input: { personId: number; reason: string; until: number },
  now: number,
): Promise<Hold | Refusal> {
  if (input.until <= now || input.until > now + HOLD_DAYS_MAX * DAY)
    return refuse('invalid', 'hold-end', {
      zh: '请填写将来三年以内的截止时间。',
      en: 'Give an end that lies ahead, within three years.',
    });
  const row = await tx.row<Row>(
    `insert into retention.hold (person_id, reason, from_at, until_at, by_id, by_name)
     values ($1, $2, $3, $4, $5, $6) returning ${HOLD}`,
    [
      input.personId,
      vault.seal(input.reason),
      new Date(now),
      new Date(input.until),
      actor.id,
      actor.name,
    ],
  );
  if (!row) throw new Error('a hold was not kept');
  return opened(vault, row);
}

/** Ends a hold before its time. */
export async function endHold(
  tx: Tx,
  vault: Vault,
  _actor: Actor,
  id: number,
  now: number,
): Promise<Hold | Refusal> {
  const row = await tx.row<Row>(
    `update retention.hold set ended_at = $2 where id = $1 and ended_at is null returning ${HOLD}`,
    [id, new Date(now)],
  );
  return row
    ? opened(vault, row)
    : refuse('missing', 'no-such-hold', {
        zh: '没有这条暂缓记录，或已解除。',
        en: 'There is no such hold, or it has ended.',
      });
}

/** Holds, newest first. */
export async function listHolds(
  tx: Tx,
  vault: Vault,
  query: { after?: string | undefined; limit: number },
): Promise<Page<Hold>> {
  const [before] = keyOf(query.after, ['id']) ?? [Number.MAX_SAFE_INTEGER];
  const rows = await tx.rows<Row>(
    `select ${HOLD} from retention.hold where id < $1 order by id desc limit $2`,
    [before, query.limit + 1],
  );
  const page = pageOf(rows, query.limit, (row) => [row.id]);
  return { ...page, rows: page.rows.map((row) => opened(vault, row)) };
}
