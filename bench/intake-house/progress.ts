import type { Db } from '#platform/db/index.ts';

export type Progress = {
  readonly verdicts: number;
  readonly admitted: number;
  readonly loaded: number;
  readonly segment: number;
  readonly alerts: number;
};

/** How far the rows have come, by the house's own books. */
export async function progressOf(db: Db): Promise<Progress> {
  const row = await db.read((tx) =>
    tx.row<Progress>(
      `select (select coalesce(sum(admitted + quarantined + duplicate), 0)::int8
           from records.source_count) as verdicts,
         (select coalesce(sum(admitted), 0)::int8 from records.source_count) as admitted,
         (select coalesce(sum(rows), 0)::int8 from records.segment
           where loaded_at is not null) as loaded,
         (select segment from records.cursor) as segment,
         (select count(*) from alerts.alert) as alerts`,
    ),
  );
  if (!row) throw new Error('the house has no books');
  return row;
}
