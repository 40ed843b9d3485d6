import iconv from 'iconv-lite';
import type { Arrival, Row, RowField } from '../records/row.ts';
import { messagesOf } from '../hl7/write.ts';
import type { SampleSource } from '../records/sources.ts';

/** One upload as it goes over the wire. */
export type Parcel = { readonly body: Buffer; readonly contentType: string; readonly rows: number };

/** Headings as the sources write them; the intake knows each (decode/headers.ts). */
const CSV_COLUMNS: Record<string, readonly (readonly [heading: string, field: RowField])[]> = {
  'pharmacy-chain': [
    ['流水号', 'id'],
    ['购药时间', 'at'],
    ['证件类型', 'idType'],
    ['证件号码', 'idNo'],
    ['姓名', 'name'],
    ['性别', 'sex'],
    ['出生日期', 'bornOn'],
    ['手机号', 'phone'],
    ['住址', 'address'],
    ['居住地编码', 'areaCode'],
    ['药店编码', 'placeCode'],
    ['药品类别', 'drugClass'],
    ['数量', 'quantity'],
    ['体温', 'temperature'],
    ['原因', 'reason'],
  ],
  education: [
    ['编号', 'id'],
    ['登记时间', 'at'],
    ['证件类型', 'idType'],
    ['证件号码', 'idNo'],
    ['姓名', 'name'],
    ['性别', 'sex'],
    ['出生日期', 'bornOn'],
    ['联系电话', 'phone'],
    ['家庭住址', 'address'],
    ['居住地编码', 'areaCode'],
    ['学校编码', 'unitCode'],
    ['场所编码', 'placeCode'],
    ['班级', 'className'],
    ['原因', 'reason'],
    ['体温', 'temperature'],
    ['腹泻', 'diarrhoea'],
    ['皮疹', 'rash'],
  ],
};

const PLAIN: readonly RowField[] = [
  'id',
  'at',
  'idType',
  'idNo',
  'name',
  'sex',
  'bornOn',
  'phone',
  'address',
  'areaCode',
  'placeCode',
  'fromCity',
  'toCity',
  'transportNo',
  'seat',
  'temperature',
];

const cell = (value: string | number | undefined): string => {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

function csvOf(source: SampleSource, rows: readonly Row[]): string {
  const columns = CSV_COLUMNS[source.code] ?? PLAIN.map((field) => [field, field] as const);
  const lines = rows.map((row) => columns.map(([, field]) => cell(row[field])).join(','));
  return `${[columns.map(([heading]) => heading).join(','), ...lines].join('\r\n')}\r\n`;
}

/** Packs rows of one source for `POST /api/intake/:source`. Not for HL7. */
export function parcelOf(source: SampleSource, arrivals: readonly Arrival[]): Parcel {
  const rows = arrivals.map((a) => a.row);
  if (source.format === 'csv') {
    const body = iconv.encode(csvOf(source, rows), source.charset);
    return { body, contentType: `text/csv; charset=${source.charset}`, rows: rows.length };
  }
  const text =
    source.format === 'json'
      ? JSON.stringify(rows)
      : `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
  const mime = source.format === 'json' ? 'application/json' : 'application/x-ndjson';
  // Said aloud: a hospital whose messages are GB18030 still holds its history in UTF-8.
  const contentType = `${mime}; charset=utf-8`;
  return { body: Buffer.from(text), contentType, rows: rows.length };
}

/** MLLP frames of a row, in the charset of its source: 0x0B … 0x1C 0x0D. */
export const framesOf = (source: SampleSource, arrival: Arrival): Buffer[] =>
  messagesOf(arrival).map((text) =>
    Buffer.concat([
      Buffer.from([0x0b]),
      iconv.encode(text, source.charset),
      Buffer.from([0x1c, 0x0d]),
    ]),
  );
