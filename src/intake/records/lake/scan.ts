import type { KindName } from '#base/kinds.ts';
import { DAY } from '#base/time.ts';
import type { Batch } from '#engine/columns/index.ts';
import type { Lake } from '#platform/lake/index.ts';
import { batchOf } from './codec.ts';
import { LAKE_COLUMNS } from './schema.ts';

const ALL = LAKE_COLUMNS.map((it) => `\`${it.name}\``).join(', ');
const SCAN_TIMEOUT_MS = 10 * 60_000;

/**
 * Every record of the kinds (none named: all) with fromAt ≤ at < toAt and a segment up to `through`,
 * in order of time, batch by batch; the next is read when `onBatch` has resolved. Returns rows.
 */
export async function scanRecords(
  lake: Lake,
  ask: {
    readonly kinds?: readonly KindName[];
    readonly fromAt: number;
    readonly toAt: number;
    readonly through?: number;
    /** First segment to look at. */
    readonly since?: number;
  },
  onBatch: (batch: Batch) => void | Promise<void>,
): Promise<number> {
  let rows = 0;
  const ofKinds = ask.kinds?.length ? 'and kind in {kinds:Array(String)}' : '';
  const kinds = ask.kinds ?? [];
  const idFrom = (ask.since ?? 0) * 2 ** 20;
  const idBefore = ((ask.through ?? 2 ** 32) + 1) * 2 ** 20;
  for (let from = ask.fromAt; from < ask.toAt; from += DAY) {
    const to = Math.min(from + DAY, ask.toAt);
    rows += await lake.scanNative(
      `select ${ALL} from records_by_person
       where at >= fromUnixTimestamp64Milli({from:Int64})
         and at < fromUnixTimestamp64Milli({to:Int64})
         and id >= {idFrom:UInt64} and id < {idBefore:UInt64} ${ofKinds}
       order by at, id`,
      { from, to, idFrom, idBefore, ...(kinds.length > 0 ? { kinds } : {}) },
      (block) => onBatch(batchOf(block)),
      { timeoutMs: SCAN_TIMEOUT_MS },
    );
  }
  return rows;
}
