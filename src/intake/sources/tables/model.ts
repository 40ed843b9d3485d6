import { type Refusal, refuse } from '#base/refusal.ts';

/** Limits of a table that comes as one file (XLSX, Parquet). Over any of them it is refused. */
export const TABLE_LIMITS = {
  /** The file as sent; it must arrive whole before its first row can be read. */
  fileBytesMax: 64 * 2 ** 20,
  /** Files in memory at once; the next sender is asked to come back. */
  filesMax: 3,
  zipEntriesMax: 2_000,
  /** Unfolded bytes of all parts together, by what the archive itself declares. */
  unfoldedBytesMax: 512 * 2 ** 20,
  /** A part may unfold to at most so many times its size. */
  ratioMax: 200,
  /** Parts smaller than this may fold as well as they like. */
  ratioFreeBytes: 2 ** 20,
  sheetsMax: 200,
  columnsMax: 512,
  cellsMax: 10_000_000,
  /** Excel's own maximum of one cell. */
  cellCharsMax: 32_767,
  sharedStringsMax: 1_000_000,
  sharedCharsMax: 128 * 2 ** 20,
  /** Values an empty-looking Parquet page may claim to hold. */
  parquetRowsMax: 5_000_000,
  /** Rows above the heading (titles, remarks) at most. */
  headingWithin: 30,
} as const;

export const TABLE_FORMATS = ['xlsx', 'parquet'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** A row as it stands in its sheet; `row` from 1 as the sheet shows it. Cells are texts. */
export type SheetRow = {
  readonly sheet: string;
  readonly row: number;
  readonly cells: readonly string[];
};

/** The file cannot be read, or must not be: what the sender is told. */
export class TableRefused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal, options?: ErrorOptions) {
    super(refusal.text.en, options);
    this.name = 'TableRefused';
    this.refusal = refusal;
  }
}

const MIB = TABLE_LIMITS.unfoldedBytesMax / 2 ** 20;

export const REFUSED = {
  oldExcel: refuse('invalid', 'old-excel', {
    zh: '这是旧版 Excel（.xls）文件；请在 Excel 中“另存为”.xlsx 或 CSV 后再发送。',
    en: 'This is an old binary Excel file (.xls); save as .xlsx or CSV and send that.',
  }),
  locked: refuse('invalid', 'locked-file', {
    zh: '文件已加密；请去掉打开密码后再发送。',
    en: 'The file is encrypted; remove its password and send it again.',
  }),
  notXlsx: refuse('invalid', 'not-xlsx', {
    zh: '不是可读的 XLSX 文件（压缩包或内部 XML 已损坏）；请重新导出。',
    en: 'Not a readable XLSX (the archive or its XML is damaged); export it again.',
  }),
  notParquet: refuse('invalid', 'not-parquet', {
    zh: '不是可读的 Parquet 文件；请重新导出。',
    en: 'Not a readable Parquet file; export it again.',
  }),
  notFlat: refuse('invalid', 'not-flat', {
    zh: 'Parquet 中有嵌套或重复的列；只接收平表，请先展开。',
    en: 'The Parquet holds nested or repeated columns; only flat tables are taken.',
  }),
  bomb: refuse('too-large', 'unfolds-too-far', {
    zh: `文件解压后过大（上限 ${MIB} MiB，单个部分 ${TABLE_LIMITS.ratioMax} 倍），未接收。`,
    en: `The file unfolds too far (at most ${MIB} MiB, a part ${TABLE_LIMITS.ratioMax} times its size).`,
  }),
  tooWide: refuse('too-large', 'too-many-cells', {
    zh: `表格过大：最多 ${TABLE_LIMITS.columnsMax} 列、${TABLE_LIMITS.cellsMax} 个单元格；请拆分。`,
    en: `Too large a table: at most ${TABLE_LIMITS.columnsMax} columns and ${TABLE_LIMITS.cellsMax} cells.`,
  }),
  tooBig: refuse('too-large', 'file-too-large', {
    zh: `整份接收的文件最大 ${TABLE_LIMITS.fileBytesMax / 2 ** 20} MiB；请拆分，或改发 CSV。`,
    en: `A file taken whole is at most ${TABLE_LIMITS.fileBytesMax / 2 ** 20} MiB; split it or send CSV.`,
  }),
  noHeading: refuse('invalid', 'headings', {
    zh: '表格中没有可识别的表头；请检查列名，或先为此数据源保存字段映射。',
    en: 'No heading we know stands in the table; check it, or save a mapping for this source first.',
  }),
  noSheet: refuse('invalid', 'no-sheet', {
    zh: '文件中没有映射所指的工作表。',
    en: 'The file does not hold the sheet the mapping names.',
  }),
} as const;

const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const OLE_LOCKED = Buffer.from('EncryptedPackage', 'utf16le');

/** What the first bytes say: a table's format, an old or locked file, or undefined. */
export function tableFormatOf(head: Buffer): TableFormat | 'old-excel' | 'locked' | undefined {
  if (head.subarray(0, 8).equals(OLE)) return head.includes(OLE_LOCKED) ? 'locked' : 'old-excel';
  if (head.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') return 'xlsx';
  return head.subarray(0, 4).toString('latin1') === 'PAR1' ? 'parquet' : undefined;
}
