import { factOf, type Heard } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { tell } from '#platform/outbox/index.ts';
import { bumpRevision } from '../store.ts';

/**
 * Hears mandate.ended: who came in under the order is on no list any more. The rows wait, sealed,
 * for the sunset's clock; the matcher forgets them with list.changed.
 */
export async function dropMandate(
  tx: Tx,
  fact: Heard<'mandate.ended'>,
  now: number,
): Promise<void> {
  const lists = await tx.rows<{ listId: string; n: number }>(
    `with gone as (
      update rules.sealed_member set removed = true, rev = nextval('rules.member_rev')
        where mandate_id = $1 and not removed returning list_id)
      select list_id as "listId", count(*) as n from gone group by list_id order by list_id`,
    [fact.body.mandateId],
  );
  for (const { listId, n } of lists) {
    await tx.run('update rules.list set members = members - $2, changed_at = $3 where id = $1', [
      listId,
      n,
      new Date(now),
    ]);
    await tell(tx, factOf('list.changed', listId, { listId }));
  }
  if (lists.length > 0) await bumpRevision(tx);
}
