import { setImmediate as breathe } from 'node:timers/promises';
import type { KindName } from '#base/kinds.ts';
import type { FieldError } from '#base/refusal.ts';
import type { StoredBlock } from '#platform/files/index.ts';
import { type DecodedRow, decodeBlock, type Mapping } from '#intake/sources/index.ts';
import type { Rejected, Weighed } from '../model.ts';
import { weighDecoded } from '../validate/check.ts';
import type { PlaceOfCode } from '../validate/row.ts';
import { kindSaid } from '../validate/words.ts';

/** What a batch says once for all its rows. */
export type BatchDefaults = {
  readonly kind: KindName | null;
  /** What its key may send; empty: whatever its source may. */
  readonly kinds: readonly KindName[];
  readonly placeCode: string | null;
  /** By which its source's columns become our fields; undefined when they are ours. */
  readonly mapping?: Mapping | undefined;
};

export type WeighDeps = {
  readonly placeOf: PlaceOfCode;
  readonly salt: string;
  readonly defaultsOf: (batch: string) => BatchDefaults;
};

/**
 * As many rows as the block counted when it came. A block that waited over a change of version may
 * decode to another number: then each counted row waits in quarantine and says so, the first with
 * all that was read. The account holds, the intake goes on, and the bytes stay in the log.
 */
function countedRows(block: StoredBlock, decoded: readonly DecodedRow[]): readonly DecodedRow[] {
  if (decoded.length === block.rows) return decoded;
  const fault: FieldError = {
    path: '',
    code: 'recounted',
    value: String(decoded.length),
    allowed: String(block.rows),
    text: {
      zh: `接收时计为 ${block.rows} 行，现行版本读出 ${decoded.length} 行，请来源重新发送这一批。`,
      en: `Counted as ${block.rows} rows on arrival, read as ${decoded.length} now: ask for it again.`,
    },
  };
  const whole = [...new Set(decoded.map((row) => row.raw))].join('\n');
  return Array.from({ length: block.rows }, (_, i) => ({
    fields: undefined,
    raw: i === 0 ? whole : '',
    faults: [fault],
  }));
}

/** Rows of one block, each a candidate or rejected with every error. As many as the block counted. */
export function weighBlock(deps: WeighDeps, block: StoredBlock): Weighed[] {
  const { mapping, ...defaults } = deps.defaultsOf(block.batch);
  return countedRows(block, decodeBlock(block, mapping)).map((row, i): Weighed => {
    const { fields } = row;
    const rowNo = block.firstRow + i;
    const head = {
      batch: block.batch,
      sourceId: block.source,
      rowNo,
      receivedAt: block.receivedAt,
    };
    const found = weighDecoded(row, {
      ...defaults,
      sourceId: block.source,
      placeOf: deps.placeOf,
      // The clock of the row is when it arrived: weighed again after a crash, it is the same.
      now: block.receivedAt,
      salt: deps.salt,
      recordName: `${block.batch}/${rowNo}`,
    });
    if (!Array.isArray(found)) return { ...head, candidate: found };
    // Kept in the open: a kind we know, or nothing, since slipped columns put names there.
    const kind = kindSaid(String(fields?.kind ?? '').trim()) ?? defaults.kind ?? '';
    const raw = row.raw || JSON.stringify(fields);
    const rejected: Rejected = { kind, errors: found, raw, fields };
    return { ...head, rejected };
  });
}

/** Weighs block by block, letting others breathe in between. */
export async function weighBlocks(
  deps: WeighDeps,
  blocks: readonly StoredBlock[],
): Promise<Weighed[]> {
  const rows: Weighed[][] = [];
  for (const block of blocks) {
    rows.push(weighBlock(deps, block));
    if (block.rows > 100) await breathe();
  }
  return rows.flat();
}
