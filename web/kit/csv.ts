import { CSV_MARK, csvLine } from '#base/csv.ts';

/** Saves what is on screen. The byte order mark lets spreadsheets read Chinese. */
export function saveCsv(name: string, head: readonly string[], rows: readonly unknown[][]): void {
  saveText(name, CSV_MARK + [head, ...rows].map(csvLine).join(''), 'text/csv');
}

export const saveText = (name: string, text: string, type: string): void =>
  saveBlob(name, new Blob([text], { type: `${type};charset=utf-8` }));

export function saveBlob(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
