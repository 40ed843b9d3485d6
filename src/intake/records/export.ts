import { CSV_MARK, csvLine } from '#base/csv.ts';
import type { Db } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { LIMITS } from './model.ts';
import { type OpenedRow, openedOfBatch } from './quarantine.ts';

const HEAD = ['row', 'errors_zh', 'errors_en', 'paths', 'raw'];
const PAGE = 500;

const lineOf = (row: OpenedRow): string =>
  csvLine([
    row.rowNo + 1,
    row.errors.map((it) => it.text.zh).join(' '),
    row.errors.map((it) => it.text.en).join(' '),
    row.errors.map((it) => it.path).join(' '),
    row.raw,
  ]);

/** Quarantined rows of a batch as CSV with a BOM (spreadsheets read UTF-8 by it), errors first. */
export async function* quarantineCsv(
  db: Db,
  vault: Vault,
  batchId: string,
): AsyncGenerator<string> {
  yield CSV_MARK + csvLine(HEAD);
  let after = 0;
  for (let rows = 0; rows < LIMITS.exportRowsMax; rows += PAGE) {
    const some = await db.read((tx) => openedOfBatch(tx, vault, batchId, after, PAGE));
    for (const row of some) yield lineOf(row);
    after = some.at(-1)?.id ?? after;
    if (some.length < PAGE) return;
  }
}
