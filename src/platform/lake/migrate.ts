import type { Lake, LakeStep } from './model.ts';

/**
 * Runs each step once, in order, and remembers it by name. ClickHouse has no transaction around
 * DDL: a crash between a step and its note runs the step again, so steps say IF NOT EXISTS.
 */
export async function migrateLake(
  lake: Pick<Lake, 'query' | 'run'>,
  steps: readonly LakeStep[],
): Promise<string[]> {
  await lake.run(
    `CREATE TABLE IF NOT EXISTS lake_steps (name String, done_at DateTime64(3) DEFAULT now64(3))
     ENGINE = MergeTree ORDER BY name`,
  );
  const done = await lake.query<{ name: string }>('SELECT DISTINCT name FROM lake_steps');
  const names = new Set(done.map((row) => row.name));
  const ran: string[] = [];
  for (const { name, sql } of steps) {
    if (names.has(name)) continue;
    await lake.run(sql);
    await lake.run('INSERT INTO lake_steps (name) SELECT {name:String}', { name });
    ran.push(name);
  }
  return ran;
}
