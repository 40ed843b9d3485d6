/** Writes a flat Parquet of one row group, plain and uncompressed: thrift's compact protocol by hand. */

const varint = (n: number): number[] => {
  const bytes: number[] = [];
  let rest = n;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
};
const zigzag = (n: number): number[] => varint(n >= 0 ? n * 2 : -n * 2 - 1);
const text = (s: string): number[] => {
  const bytes = Buffer.from(s);
  return [...varint(bytes.length), ...bytes];
};

type Field = readonly [id: number, type: number, bytes: readonly number[]];
const [I32, I64, BINARY, LIST, STRUCT] = [5, 6, 8, 9, 12];
const struct = (...fields: Field[]): number[] => {
  let last = 0;
  const out: number[] = [];
  for (const [id, type, bytes] of fields) {
    out.push(((id - last) << 4) | type, ...bytes);
    last = id;
  }
  return [...out, 0];
};
const list = (type: number, items: readonly (readonly number[])[]): number[] => [
  ...(items.length < 15 ? [(items.length << 4) | type] : [0xf0 | type, ...varint(items.length)]),
  ...items.flat(),
];

export type ParquetColumn =
  | { readonly name: string; readonly type: 'text'; readonly values: readonly string[] }
  | { readonly name: string; readonly type: 'number'; readonly values: readonly number[] }
  | { readonly name: string; readonly type: 'day'; readonly values: readonly number[] }
  /** Milliseconds; `local` has no zone. */
  | { readonly name: string; readonly type: 'utc' | 'local'; readonly values: readonly number[] };

/** Physical and converted type: BYTE_ARRAY/UTF8, DOUBLE, INT32/DATE, INT64/TIMESTAMP_MILLIS. */
const TYPES = {
  text: [6, 0],
  number: [5, undefined],
  day: [1, 6],
  utc: [2, 9],
  local: [2, undefined],
} as const;

function plainOf(column: ParquetColumn): Buffer {
  if (column.type === 'text')
    return Buffer.concat(
      column.values.flatMap((it) => {
        const size = Buffer.alloc(4);
        size.writeUInt32LE(Buffer.byteLength(it));
        return [size, Buffer.from(it)];
      }),
    );
  if (column.type === 'utc' || column.type === 'local') {
    const out = Buffer.alloc(8 * column.values.length);
    column.values.forEach((it, i) => out.writeBigInt64LE(BigInt(it), i * 8));
    return out;
  }
  const width = column.type === 'number' ? 8 : 4;
  const out = Buffer.alloc(width * column.values.length);
  column.values.forEach((it, i) =>
    width === 8 ? out.writeDoubleLE(it, i * 8) : out.writeInt32LE(it, i * 4),
  );
  return out;
}

/** `isNested` makes the first column a repeated one; `rowsSaid` lies about how many there are. */
export function parquetOf(
  columns: readonly ParquetColumn[],
  options: { isNested?: boolean; rowsSaid?: number } = {},
): Buffer {
  const rows = options.rowsSaid ?? columns[0]?.values.length ?? 0;
  const parts: Buffer[] = [Buffer.from('PAR1')];
  let offset = 4;
  const chunks = columns.map((column) => {
    const data = plainOf(column);
    const page = struct(
      [1, I32, zigzag(0)],
      [2, I32, zigzag(data.length)],
      [3, I32, zigzag(data.length)],
      [
        5,
        STRUCT,
        struct(
          [1, I32, zigzag(column.values.length)],
          [2, I32, zigzag(0)],
          [3, I32, zigzag(3)],
          [4, I32, zigzag(3)],
        ),
      ],
    );
    const at = offset;
    parts.push(Buffer.from(page), data);
    const size = page.length + data.length;
    offset += size;
    const meta = struct(
      [1, I32, zigzag(TYPES[column.type][0])],
      [2, LIST, list(I32, [zigzag(0)])],
      [3, LIST, list(BINARY, [text(column.name)])],
      [4, I32, zigzag(0)],
      [5, I64, zigzag(column.values.length)],
      [6, I64, zigzag(size)],
      [7, I64, zigzag(size)],
      [9, I64, zigzag(at)],
    );
    return struct([2, I64, zigzag(at)], [3, STRUCT, meta]);
  });
  const schema = columns.map((column, i) => {
    const [type, converted] = TYPES[column.type];
    const repetition = options.isNested && i === 0 ? 2 : 0;
    const head: Field[] = [
      [1, I32, zigzag(type)],
      [3, I32, zigzag(repetition)],
      [4, BINARY, text(column.name)],
    ];
    const said: Field[] = converted === undefined ? [] : [[6, I32, zigzag(converted)]];
    // LogicalType.TIMESTAMP { isAdjustedToUTC: false (type 2, no bytes), unit: MILLIS }
    const local = struct([
      8,
      STRUCT,
      struct([1, 2, []], [2, STRUCT, struct([1, STRUCT, struct()])]),
    ]);
    const logical: Field[] = column.type === 'local' ? [[10, STRUCT, local]] : [];
    return struct(...head, ...said, ...logical);
  });
  const root = struct([4, BINARY, text('schema')], [5, I32, zigzag(columns.length)]);
  const group = struct(
    [1, LIST, list(STRUCT, chunks)],
    [2, I64, zigzag(offset - 4)],
    [3, I64, zigzag(rows)],
  );
  const footer = Buffer.from(
    struct(
      [1, I32, zigzag(1)],
      [2, LIST, list(STRUCT, [root, ...schema])],
      [3, I64, zigzag(rows)],
      [4, LIST, list(STRUCT, [group])],
    ),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32LE(footer.length);
  return Buffer.concat([...parts, footer, size, Buffer.from('PAR1')]);
}
