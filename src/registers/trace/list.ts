import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';

/** An entry as it stands in the table; names of actors are another room's. */
export type EntryRow = {
  readonly id: number;
  readonly at: number;
  readonly actorId: number;
  readonly roles: string;
  readonly unit: string;
  readonly action: string;
  readonly subject: string;
  readonly purpose: string;
  readonly areaCode: string;
  readonly persons: number[];
  readonly mandateId: number | null;
};

export type EntryFilter = {
  readonly areaPrefix: string;
  readonly actorId?: number | undefined;
  readonly person?: number | undefined;
  readonly subject?: string | undefined;
  readonly action?: string | undefined;
  /** From this instant, until before that one, epoch ms. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  readonly mandateId?: number | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
};

export const ENTRY = `e.id, e.at, e.actor_id as "actorId", e.roles, e.unit, e.action, e.subject,
  e.purpose, e.area_code as "areaCode", e.persons, e.mandate_id as "mandateId"`;

/**
 * The newest entries first, by a keyset of (at, id). A city's supervisor also sees entries that
 * name no area. About a person: those of the linker's index and, of the last second, those that it
 * has not read.
 */
export async function listEntries(tx: Tx, filter: EntryFilter): Promise<Page<EntryRow>> {
  const where: string[] = [];
  const params: unknown[] = [filter.limit + 1];
  const add = (condition: string, value: unknown): void => {
    params.push(value);
    where.push(condition.replaceAll('?', `$${params.length}`));
  };
  const after = keyOf(filter.after, ['instant', 'id']);
  if (after) {
    params.push(new Date(after[0]), after[1]);
    where.push(`(e.at, e.id) < ($${params.length - 1}, $${params.length})`);
  }
  if (filter.actorId !== undefined) add('e.actor_id = ?', filter.actorId);
  if (filter.subject !== undefined) add('e.subject = ?', filter.subject);
  if (filter.action !== undefined) add('e.action = ?', filter.action);
  if (filter.from !== undefined) add('e.at >= ?', new Date(filter.from));
  if (filter.until !== undefined) add('e.at < ?', new Date(filter.until));
  if (filter.mandateId !== undefined) add('e.mandate_id = ?', filter.mandateId);
  if (filter.areaPrefix.length > 4) add('starts_with(e.area_code, ?)', filter.areaPrefix);
  const rows = await tx.rows<EntryRow>(textOf(where, filter.person, params), params);
  return pageOf(rows, filter.limit, (row) => [row.at, row.id]);
}

function textOf(where: readonly string[], person: number | undefined, params: unknown[]): string {
  const test = where.length > 0 ? where.join(' and ') : 'true';
  const tail = 'order by e.at desc, e.id desc limit $1';
  if (person === undefined) return `select ${ENTRY} from trace.entry e where ${test} ${tail}`;
  params.push(person);
  const who = `$${params.length}`;
  // The keyset is asked of the index too, or it would be read from its beginning for each page.
  const indexed = test.replaceAll('(e.at, e.id)', '(a.at, a.entry_id)');
  return `select * from (
    (select ${ENTRY} from trace.about a join trace.entry e on e.id = a.entry_id
     where a.person = ${who} and ${indexed} order by a.at desc, a.entry_id desc limit $1)
    union
    (select ${ENTRY} from trace.entry e
     where e.id > (select low from trace.state) and ${who} = any(e.persons) and ${test} ${tail})
  ) e order by e.at desc, e.id desc limit $1`;
}
