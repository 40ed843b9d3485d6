import { type SheetRow, TABLE_LIMITS } from './model.ts';

/** One line of a table read at the door: a heading, or a row with the place it had in its sheet. */
export type TableLine =
  | { readonly heading: readonly string[]; readonly sheet: string; readonly isKnown: boolean }
  | { readonly cells: readonly string[]; readonly at: string };

export type Knows = (heading: string) => boolean;

export const plainHeading = (cell: string): string =>
  cell.replaceAll(/[\s\u00a0\u3000]+/g, ' ').trim();

const filled = (row: SheetRow): number => row.cells.filter((it) => it.trim() !== '').length;
const isWordy = (row: SheetRow): boolean =>
  row.cells.every((it) => it.trim() === '' || !/^[\d.:/-]+$/.test(it.trim()));

/**
 * Which of a sheet's first rows is the heading: the one with most names we know; when none is
 * known, the first that is as wide as the widest and holds words only. Merged titles and remarks
 * above it fill one or two cells and so lose. -1: there is none.
 */
export function headingAt(rows: readonly SheetRow[], knows: Knows): number {
  let best = { at: -1, known: 0 };
  rows.forEach((row, at) => {
    const known = row.cells.filter((it) => it.trim() !== '' && knows(plainHeading(it))).length;
    if (known > best.known) best = { at, known };
  });
  if (best.at >= 0) return best.at;
  const widest = Math.max(0, ...rows.map(filled));
  return rows.findIndex((row) => filled(row) >= Math.max(2, widest * 0.8) && isWordy(row));
}

/**
 * Lines of every sheet: its heading, then its rows, each as wide as the heading. Rows above the
 * heading are titles, no rows. A sheet without any heading takes its first row for one, so that
 * what stands below is counted and quarantined, never lost.
 */
export async function* tableLines(
  rows: AsyncIterable<SheetRow>,
  knows: Knows,
): AsyncGenerator<TableLine> {
  let waiting: SheetRow[] = [];
  let sheet: string | undefined;
  let width = -1;
  const line = ({ sheet: name, row, cells }: SheetRow): TableLine => {
    const padded =
      cells.length < width ? [...cells, ...Array(width - cells.length).fill('')] : cells;
    return { cells: padded, at: name === '' ? String(row) : `${name}!${row}` };
  };
  const settle = (): TableLine[] => {
    const [first] = waiting;
    if (!first) return [];
    const at = headingAt(waiting, knows);
    const heading = (waiting[Math.max(0, at)]?.cells ?? []).map(plainHeading);
    width = heading.length;
    const isKnown = heading.some(knows);
    const lines = waiting.slice(Math.max(0, at) + 1).map(line);
    waiting = [];
    return [{ heading, sheet: first.sheet, isKnown }, ...lines];
  };
  for await (const row of rows) {
    if (row.sheet !== sheet) {
      yield* settle();
      sheet = row.sheet;
      width = -1;
    }
    if (width >= 0) yield line(row);
    else if (waiting.push(row) >= TABLE_LIMITS.headingWithin) yield* settle();
  }
  yield* settle();
}
