import { REFUSED, TABLE_LIMITS, TableRefused } from './model.ts';
import { columnOf, dateOfSerial, type NumberSort, numberAsSeen } from './values.ts';
import { xmlChunks } from './xml.ts';

/** What sheets of a workbook share. `cells` counts over all of them. */
export type Workbook = {
  readonly strings: readonly string[];
  readonly styles: readonly NumberSort[];
  readonly is1904: boolean;
  cells: number;
};

type Row = { readonly row: number; readonly cells: readonly string[] };

/** A cell's text from what the XML holds: type `t`, style `s`, and the text of `v` or `is`. */
function cellText(book: Workbook, type: string, style: number, value: string): string {
  if (type === 's') {
    const text = book.strings[Number(value)];
    if (text === undefined) throw new TableRefused(REFUSED.notXlsx);
    return text;
  }
  if (type === 'str' || type === 'inlineStr' || type === 'e') return value;
  if (type === 'b') return value === '1' ? 'true' : value === '' ? '' : 'false';
  if (type === 'd') return value.replace(/T00:00:00(\.0+)?Z?$/, '');
  if (value === '' || book.styles[style] !== 'date') return numberAsSeen(value);
  return dateOfSerial(Number(value), book.is1904) ?? value;
}

/** Rows of one sheet as they stream; those without any text are none. */
export async function* sheetRows(
  bytes: AsyncIterable<Buffer>,
  book: Workbook,
  fill: (row: number, cells: string[]) => void,
): AsyncGenerator<Row> {
  let ready: Row[] = [];
  let cells: string[] = [];
  let rowNo = 0;
  let column = -1;
  let type = '';
  let style = 0;
  let value = '';
  let isValue = false;
  let isPhonetic = false;
  const put = (): void => {
    if (column >= TABLE_LIMITS.columnsMax || ++book.cells > TABLE_LIMITS.cellsMax)
      throw new TableRefused(REFUSED.tooWide);
    const text = cellText(book, type, style, value);
    if (text === '') return;
    while (cells.length < column) cells.push('');
    cells[column] = text.slice(0, TABLE_LIMITS.cellCharsMax);
  };
  const reading = xmlChunks(bytes, {
    open(name, attributes) {
      if (name === 'row') {
        rowNo = Number(attributes.r ?? rowNo + 1);
        cells = [];
        column = -1;
      } else if (name === 'c') {
        const at = columnOf(attributes.r ?? '');
        column = at < 0 ? column + 1 : at;
        type = attributes.t ?? 'n';
        style = Number(attributes.s ?? 0);
        value = '';
      } else if (name === 'rPh') isPhonetic = true;
      else if (name === 'v' || name === 't') isValue = !isPhonetic;
    },
    text(more) {
      if (isValue && value.length < TABLE_LIMITS.cellCharsMax) value += more;
    },
    close(name) {
      if (name === 'v' || name === 't') isValue = false;
      else if (name === 'rPh') isPhonetic = false;
      else if (name === 'c') put();
      else if (name === 'row' && cells.some((it) => it.trim() !== '')) {
        fill(rowNo, cells);
        ready.push({ row: rowNo, cells });
      }
    },
  });
  for await (const _ of reading) {
    const given = ready;
    ready = [];
    yield* given;
  }
}
