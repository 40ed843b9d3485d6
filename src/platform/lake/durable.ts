import type { Lake } from './model.ts';

/**
 * MergeTree settings of every table that `insertFile` loads, its materialized views' targets too:
 * parts are on disk before the answer (off by default in ClickHouse, and settings of the table, not
 * of the insert), and the last 10,000 parts loaded under a token are remembered.
 */
export const DURABLE_TABLE =
  'fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000';

type Declared = { name: string; engine: string; sql: string };

/** Replicated tables remember tokens by themselves; Distributed ones hold nothing. */
const isPlainMergeTree = (engine: string): boolean =>
  engine.endsWith('MergeTree') && !engine.startsWith('Replicated');

/**
 * Sets what is missing of DURABLE_TABLE on `table` and on the tables its materialized views
 * write.
 */
export async function makeDurable(lake: Pick<Lake, 'query' | 'run'>, table: string): Promise<void> {
  const [name = '', database] = table.split('.').reverse();
  const tables = await lake.query<Declared>(
    `WITH (SELECT arrayConcat([name], dependencies_table) FROM system.tables
           WHERE name = {name:String} AND database = if({db:String} = '', currentDatabase(), {db:String})
          ) AS views,
          (SELECT groupArray(extract(create_table_query, ' TO (?:\\w+\\.)?(\\w+)')) FROM system.tables
           WHERE has(views, name) AND engine = 'MaterializedView') AS targets
     SELECT name, engine, create_table_query AS sql FROM system.tables
     WHERE has(arrayConcat(views, targets), name)
       AND database = if({db:String} = '', currentDatabase(), {db:String})`,
    { name, db: database ?? '' },
  );
  for (const { name: found, engine, sql } of tables) {
    if (!isPlainMergeTree(engine)) continue;
    const missing = DURABLE_TABLE.split(', ').filter((setting) => {
      const [key = ''] = setting.split(' ');
      return !new RegExp(`${key} = [1-9]`).test(sql);
    });
    if (missing.length === 0) continue;
    const whole = database === undefined ? found : `${database}.${found}`;
    await lake.run(`ALTER TABLE ${whole} MODIFY SETTING ${missing.join(', ')}`);
  }
}
