import type { Db } from '#platform/db/index.ts';
import { ms, quantile } from '../kit.ts';

const STAGES = {
  'door opened → segment written': 'written - opened',
  'segment written → signal found': 'found - written',
  'signal found → alert raised': 'raised - found',
} as const;

/** Where the time goes, by the instants the rooms note themselves: p50 and p99 of each stage. */
export async function stagesOf(db: Db, ats: readonly number[]): Promise<string[]> {
  const rows = await db.read((tx) =>
    tx.rows<{ written: number; found: number; raised: number; opened: number }>(
      `select g.written_at as written, s.found_at as found, a.raised_at as raised,
         b.started_at as opened
       from signals.signal s
       join alerts.joined j on j.signal_id = s.id join alerts.alert a on a.id = j.alert_id
       join records.segment g on g.id = s.record_id / 1048576
       join records.lineage l on l.to_ref = 'segment ' || g.id and l.step = 'admit'
       join sources.batch b on b.id = l.trace_id and b.received = 1
       where s.at >= $1 and s.at <= $2 and s.rule_id in ('returnee-at-hotel', 'case-cholera')`,
      [new Date(ats[0] ?? 0), new Date(ats.at(-1) ?? 0)],
    ),
  );
  return Object.keys(STAGES).map((name, i) => {
    const of = rows.map((it) =>
      i === 0 ? it.written - it.opened : i === 1 ? it.found - it.written : it.raised - it.found,
    );
    return `  ${name.padEnd(32)} p50 ${ms(quantile(of, 0.5))}, p99 ${ms(quantile(of, 0.99))}`;
  });
}
