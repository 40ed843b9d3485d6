import type { Actor, Scope } from '#base/access.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import { HOUR } from '#base/time.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { decide, type GrantRow, lendGlass, namesOf, purposesAt } from '#registers/access/index.ts';
import { listEntries, writeEntry } from '#registers/trace/index.ts';
import { personInScope } from '../store.ts';
import { findAnywhere, type Meant } from './anywhere.ts';
import { GLASS_ACTIONS, type GrantView } from './contract.ts';
import { isInScope } from './seen.ts';

const NOBODY = refuse('missing', 'nobody-found', {
  zh: '没有找到此人，请核对证件或电话；此次查找已记录。',
  en: 'Nobody was found; check the number. This search stands in the audit trail.',
});
const NOT_ONE = refuse('conflict', 'not-one-person', {
  zh: '该电话对应多人，请改用证件号码。',
  en: 'Several people share this number; ask by a document.',
});
const NO_NEED = refuse('conflict', 'already-seen', {
  zh: '此人已在您的辖区内，可直接查看，无需临时申请。',
  en: 'This person is in your own area already; open the file directly.',
});

export type GlassDeps = {
  readonly vault: Vault;
  /** In the house's sight: who is asked for lives elsewhere. */
  readonly db: Db;
};

/** The one person meant, wherever they live. Every search is an entry, found or not. */
export async function meantBy(
  { db, vault }: GlassDeps,
  actor: Actor,
  meant: Meant,
  now: number,
): Promise<{ id: number; areaCode: string } | Refusal> {
  const how = 'id' in meant ? 'id' : 'idNo' in meant ? `document ${meant.idType}` : 'phone';
  const found = await db.tx(async (tx) => {
    const rows = await findAnywhere(tx, vault, meant);
    await writeEntry(tx, {
      at: now,
      actor,
      action: 'glass.search',
      subject: `by:${how}`,
      purpose: 'glass.break',
      areaCode: actor.areaCode,
      persons: rows.map((row) => row.id),
    });
    return rows;
  });
  const [one] = found;
  if (!one) return NOBODY;
  return found.length > 1 ? NOT_ONE : one;
}

/** Lends the file of one person who lives elsewhere. Answers the person's id and nothing more. */
export async function breakGlass(
  tx: Tx,
  vault: Vault,
  scope: Scope,
  input: {
    readonly person: { readonly id: number; readonly areaCode: string };
    readonly purpose: string;
    readonly reason: string;
    readonly hours: number;
  },
  now: number,
): Promise<{ id: number; personId: number; until: number } | Refusal> {
  const { person } = input;
  const own = decide({ actor: scope.actor, action: 'person.read', purpose: scope.purpose, now });
  if (!isRefusal(own) && (await personInScope(tx, own, person.id))) return NO_NEED;
  const asked = {
    personId: person.id,
    personArea: person.areaCode,
    purpose: input.purpose,
    reason: vault.seal(input.reason),
    actions: GLASS_ACTIONS,
    ms: Math.round(input.hours * HOUR),
  };
  const lent = await lendGlass(tx, scope.actor, asked, now);
  return 'refused' in lent ? lent : { ...lent, personId: person.id };
}

/** Whether a grant lies in a reviewer's scope: its actor's area or its person's. */
export const reviews = (scope: Scope, grant: GrantRow): boolean =>
  isInScope(scope, grant.areaCode) || isInScope(scope, grant.personArea);

/** Grants as a face shows them; the person is a number here. */
export async function grantViews(
  tx: Tx,
  vault: Vault,
  actor: Actor,
  rows: readonly GrantRow[],
  isReviewer: boolean,
): Promise<GrantView[]> {
  const ids = rows.flatMap((row) => [row.actorId, row.reviewerId ?? 0]);
  const names = await namesOf(tx, [...new Set(ids)]);
  return rows.map(({ reviewerId, note, ...row }) => ({
    ...row,
    actorName: names.get(row.actorId) ?? '',
    purposeWords: purposesAt(row.from).find((it) => it.code === row.purpose)?.words ?? {
      zh: row.purpose,
      en: row.purpose,
    },
    reason: vault.open(row.reason),
    reviewer: reviewerId === null ? '' : (names.get(reviewerId) ?? ''),
    note: note ? vault.open(note) : '',
    mayReview: isReviewer && row.verdict === null && row.actorId !== actor.id,
    mine: row.actorId === actor.id,
  }));
}

/** What one grant was used for, the newest first; at most 200 readings. */
export async function lookedUnder(
  tx: Tx,
  grant: GrantRow,
): Promise<{ at: number; action: string; subject: string }[]> {
  const { rows } = await listEntries(tx, {
    areaPrefix: '',
    actorId: grant.actorId,
    person: grant.personId,
    from: grant.from,
    until: (grant.endedAt ?? grant.until) + 1,
    limit: 200,
  });
  return rows
    .filter((row) => (GLASS_ACTIONS as readonly string[]).includes(row.action))
    .map(({ at, action, subject }) => ({ at, action, subject }));
}
