import { setImmediate as breathe } from 'node:timers/promises';
import type { KindName } from '#base/kinds.ts';
import type { StoredBlock } from '#platform/files/index.ts';
import { decodeBlock, type Mapping } from '#intake/sources/index.ts';
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

/** Rows of one block, each a candidate or rejected with every error. As many as the block counted. */
export function weighBlock(deps: WeighDeps, block: StoredBlock): Weighed[] {
  const { mapping, ...defaults } = deps.defaultsOf(block.batch);
  const decoded = decodeBlock(block, mapping);
  if (decoded.length !== block.rows)
    throw new Error(
      `block at ${block.offset} counted ${block.rows} rows and decodes to ${decoded.length}`,
    );
  return decoded.map((row, i): Weighed => {
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
