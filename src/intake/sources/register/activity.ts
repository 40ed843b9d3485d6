import type { z } from 'zod';
import { sortableId } from '#base/ids.ts';
import { DAY, HOUR, MINUTE } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import type { sourceActivity as shape } from '../contract.ts';

/** Until a source has a supply contract of its own, it is late after an hour and silent after six. */
const LATE_AFTER = HOUR;
const SILENT_AFTER = 6 * HOUR;

export type SourceActivity = z.output<typeof shape>;

function stateOf(age: number | null): SourceActivity['state'] {
  if (age === null) return 'unknown';
  if (age <= LATE_AFTER) return 'fresh';
  return age <= SILENT_AFTER ? 'late' : 'silent';
}

/** When each source last spoke and how many rows it sent in 24 hours. Batch ids sort by birth. */
export async function sourceActivity(tx: Tx, now: number): Promise<SourceActivity[]> {
  const rows = await tx.rows<{
    sourceId: number;
    name: string;
    lastAt: number | null;
    rows24h: number;
  }>(
    `select s.id as "sourceId", s.words->>'zh' as name, l.at as "lastAt",
            coalesce(d.rows, 0)::bigint as "rows24h"
     from sources.source s
     left join lateral (select coalesce(ended_at, started_at) as at from sources.batch b
       where b.source_id = s.id order by b.id desc limit 1) l on true
     left join lateral (select sum(b.received) as rows from sources.batch b
       where b.source_id = s.id and b.id >= $1) d on true
     where s.id >= 10 order by s.id limit 500`,
    [sortableId(now - DAY, new Uint8Array(12))],
  );
  return rows.map((row) => {
    const age = row.lastAt === null ? null : now - row.lastAt;
    return {
      ...row,
      ageMinutes: age === null ? null : Math.round(age / MINUTE),
      state: stateOf(age),
    };
  });
}
