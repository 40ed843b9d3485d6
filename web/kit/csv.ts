/** One cell of RFC 4180. A leading = + - @ is quoted with an apostrophe: a spreadsheet must not run it. */
export function cell(value: unknown): string {
  const raw = value === null || value === undefined ? '' : String(value);
  const text = /^[=+@\t\r]|^-(?!\d)/.test(raw) ? `'${raw}` : raw;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Saves what is on screen. The byte order mark lets spreadsheets read Chinese. */
export function saveCsv(name: string, head: readonly string[], rows: readonly unknown[][]): void {
  const lines = [head, ...rows].map((row) => row.map(cell).join(','));
  saveText(name, `\uFEFF${lines.join('\r\n')}\r\n`, 'text/csv');
}

export function saveText(name: string, text: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
