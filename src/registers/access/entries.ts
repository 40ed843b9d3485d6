import type { Actor } from '#base/access.ts';
import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import type { EntryView } from './contract.ts';

/**
 * One line for the audit trail. `subject` is a kind and an id (`person:17`), `purpose` what the
 * reader stated. Never a name, a number or an address.
 */
export type Entry = {
  readonly at: number;
  readonly actor: Actor;
  readonly action: string;
  readonly subject: string;
  readonly purpose: string;
  readonly areaCode: string;
};

export async function writeEntry(tx: Tx, entry: Entry): Promise<void> {
  await tx.run(
    `insert into access.entry (at, actor_id, action, subject, purpose, area_code)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      new Date(entry.at),
      entry.actor.id,
      entry.action,
      entry.subject,
      entry.purpose.slice(0, 200),
      entry.areaCode,
    ],
  );
}

export type EntryFilter = {
  readonly areaPrefix: string;
  readonly actorId?: number | undefined;
  readonly subject?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
};

/** The newest entries first. A city's supervisor also sees entries that name no area. */
export async function listEntries(tx: Tx, filter: EntryFilter): Promise<Page<EntryView>> {
  const before = keyOf(filter.after, ['id'])?.[0] ?? Number.MAX_SAFE_INTEGER;
  const where = ['e.id < $1'];
  const params: unknown[] = [before, filter.limit + 1];
  const add = (condition: string, value: unknown): void => {
    params.push(value);
    where.push(condition.replaceAll('?', `$${params.length}`));
  };
  if (filter.actorId !== undefined) add('e.actor_id = ?', filter.actorId);
  if (filter.subject !== undefined) add('e.subject = ?', filter.subject);
  if (filter.areaPrefix.length > 4) add('starts_with(e.area_code, ?)', filter.areaPrefix);
  const rows = await tx.rows<EntryView>(
    `select e.id, e.at, e.actor_id as "actorId", coalesce(a.name, '系统') as "actorName",
       e.action, e.subject, e.purpose, e.area_code as "areaCode"
     from access.entry e left join access.actor a on a.id = e.actor_id
     where ${where.join(' and ')} order by e.id desc limit $2`,
    params,
  );
  return pageOf(rows, filter.limit, (row) => [row.id]);
}
