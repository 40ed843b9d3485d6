import { columnOf } from './values.ts';

/** A run of merged cells in one column: its value stands in the first alone. */
type Run = { readonly column: number; readonly from: number; readonly to: number };

const MERGES_MAX = 100_000;
/** Longer than any mergeCell element: what a cut between chunks may split. */
const OVERLAP = 200;
const MERGED = /<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"/g;

/**
 * Cells merged downwards (one class over its pupils), of a sheet's XML. Merges over several columns
 * are titles and stay as they are. They stand behind the rows, so the part is read once for them.
 */
export async function runsOf(bytes: AsyncIterable<Buffer>): Promise<Run[]> {
  const runs = new Map<string, Run>();
  let rest = '';
  for await (const chunk of bytes) {
    const text = rest + chunk.toString('latin1');
    for (const [, left = '', top, right, bottom] of text.matchAll(MERGED)) {
      const run = { column: columnOf(left), from: Number(top), to: Number(bottom) };
      const isDown = left === right && run.to > run.from && run.column >= 0;
      if (isDown && runs.size < MERGES_MAX) runs.set(`${left}${top}`, run);
    }
    rest = text.slice(-OVERLAP);
  }
  return [...runs.values()].sort((a, b) => a.from - b.from);
}

/** Fills merged cells of rows that come in order: each empty one takes the value above it. */
export function fillDown(runs: readonly Run[]): (row: number, cells: string[]) => void {
  let next = 0;
  let live: (Run & { readonly value: string })[] = [];
  return (row, cells) => {
    if (live.length > 0) live = live.filter((it) => it.to >= row);
    for (const { column, value } of live) {
      while (cells.length < column) cells.push('');
      cells[column] ||= value;
    }
    for (let run = runs[next]; run && run.from <= row; run = runs[++next]) {
      const value = cells[run.column];
      // Merges of one column never overlap in a sound file: so no more are live than columns.
      const isFree = !live.some((it) => it.column === run.column);
      if (run.from === row && value && isFree) live.push({ ...run, value });
    }
  };
}
