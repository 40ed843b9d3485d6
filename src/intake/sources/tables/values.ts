/** What a number format makes of a number: a day, an instant, a time of day, or the number itself. */
export type NumberSort = 'number' | 'date';

/** ECMA-376 part 1, 18.8.30: the built-in formats that show dates, those of East Asian Excel too. */
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) ||
  (id >= 27 && id <= 36) ||
  (id >= 45 && id <= 47) ||
  (id >= 50 && id <= 58);

/** Whether a format code shows a date: some of y m d h s outside quotes, brackets and escapes. */
export function sortOfFormat(id: number, code: string | undefined): NumberSort {
  if (code === undefined) return isBuiltInDate(id) ? 'date' : 'number';
  const bare = code
    .split(';')[0]
    ?.replaceAll(/"[^"]*"|\\.|_.|\*./g, '')
    .replaceAll(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
  if (bare === undefined || /general/i.test(bare)) return 'number';
  return /[ymdhs]|上午|下午/i.test(bare) && !/[0#?]/.test(bare.replaceAll(/[.:]0+/g, ''))
    ? 'date'
    : 'number';
}

const DAY_MS = 86_400_000;
/** Day 0 of both systems. Excel's 1900 holds a 29 February that never was, as day 60. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
/** 9999-12-31. */
const SERIAL_MAX = 2_958_465;

/** A serial day as text: `2026-03-01`, `2026-03-01T08:30:00`, or `08:30:00` below one day. */
export function dateOfSerial(serial: number, is1904: boolean): string | undefined {
  if (!(serial >= 0 && serial <= SERIAL_MAX)) return undefined;
  const seconds = Math.round(serial * 86_400);
  const days = Math.floor(seconds / 86_400);
  const time = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19);
  if (days === 0 && !is1904) return time;
  if (days === 60 && !is1904) return undefined; // 29 February 1900
  const shifted = !is1904 && days < 60 ? days + 1 : days;
  const at = new Date((is1904 ? EPOCH_1904 : EPOCH_1900) + shifted * DAY_MS);
  const day = at.toISOString().slice(0, 10);
  return seconds % 86_400 === 0 ? day : `${day}T${time}`;
}

/**
 * A number as a person sees it in the cell: Excel keeps 15 digits and writes 17. Whole numbers of
 * 16 digits and more have lost some already (an id number kept as one): they stay as written.
 */
export function numberAsSeen(written: string): string {
  const value = Number(written);
  if (!Number.isFinite(value) || written.trim() === '') return written;
  if (Math.abs(value) >= 1e15) return written;
  const seen = Number(value.toPrecision(15));
  return Math.abs(seen) < 1e-6 && seen !== 0 ? String(seen) : plain(seen);
}
const plain = (value: number): string => {
  const text = String(value);
  return text.includes('e') ? value.toFixed(10) : text;
};

/** `AB12` → column 27 (from 0); -1 when it is no reference. */
export function columnOf(ref: string): number {
  let column = 0;
  let at = 0;
  for (; at < ref.length; at++) {
    const letter = ref.charCodeAt(at) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
    if (at > 3) return -1;
  }
  return at === 0 ? -1 : column - 1;
}
