/**
 * One cell of RFC 4180. What begins like a formula gets an apostrophe, so that no spreadsheet runs
 * it (CWE-1236; OWASP "CSV Injection"); a plain negative number does not.
 */
export function csvCell(value: unknown): string {
  const raw = value === null || value === undefined ? '' : String(value);
  const isPlain = /^-\d+(\.\d+)?$/.test(raw);
  const text = /^[=+\-@\t\r\n＝＋－＠]/.test(raw) && !isPlain ? `'${raw}` : raw;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line with its end. The file begins with CSV_MARK, by which spreadsheets read UTF-8. */
export const csvLine = (cells: readonly unknown[]): string => `${cells.map(csvCell).join(',')}\r\n`;
export const CSV_MARK = '\uFEFF';
