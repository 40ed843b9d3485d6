import { instantOf, isDay } from '#base/time.ts';
import { dateOfSerial } from '../tables/values.ts';
import type { DateFormat } from './model.ts';

const two = (text: string | undefined): string => (text ?? '').padStart(2, '0');

/** Hours of a half-day clock as 0…23: 上午 下午 晚上 中午, AM PM. */
function hourOf(hour: string | undefined, half: string | undefined): string {
  const number = Number(hour ?? 0);
  const isLate = half !== undefined && /下午|晚上|中午|pm/i.test(half);
  const isEarly = half !== undefined && /上午|凌晨|am/i.test(half);
  if (isLate && number < 12) return two(String(number + 12 === 24 ? 12 : number + 12));
  return two(String(isEarly && number === 12 ? 0 : number));
}

const ORDER = { ymd: [0, 1, 2], dmy: [2, 1, 0], mdy: [2, 0, 1] } as const;

function written(text: string, format: 'ymd' | 'dmy' | 'mdy'): string | undefined {
  const half = /上午|下午|晚上|凌晨|中午|[ap]m\b/i.exec(text)?.[0];
  const solid = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/.exec(text);
  const parts = solid ? solid.slice(1).filter(Boolean) : (text.match(/\d+/g) ?? []);
  if (parts.length < 3 || parts.length > 7) return undefined;
  const [y, m, d] = (solid ? ORDER.ymd : ORDER[format]).map((it) => parts[it]);
  if (!y || y.length !== 4 || !m || !d) return undefined;
  const day = `${y}-${two(m)}-${two(d)}`;
  if (!isDay(day)) return undefined;
  if (parts.length === 3) return day;
  const [hour, minute = '0', second = '0'] = parts.slice(3);
  const time = `${hourOf(hour, half)}:${two(minute)}:${two(second)}`;
  return Number.isNaN(instantOf(`${day}T${time}`)) ? undefined : `${day}T${time}`;
}

/**
 * A source's date as ISO 8601, in the city's zone when it names none; undefined when it is none.
 * Years are written in four digits: of two nobody knows the century.
 */
export function dateIn(said: string, format: DateFormat): string | undefined {
  const text = said.trim();
  if (format === 'unix' || format === 'unix-ms') {
    const number = Number(text);
    const ms = format === 'unix' ? number * 1000 : number;
    return text !== '' && Math.abs(ms) < 8e15 ? new Date(ms).toISOString() : undefined;
  }
  if (format === 'serial' || format === 'serial-1904') {
    const found = dateOfSerial(text === '' ? Number.NaN : Number(text), format === 'serial-1904');
    return found?.includes('-') ? found : undefined;
  }
  const hasZone = /T.*(Z|[+-]\d{2}:?\d{2})$/.test(text);
  if (hasZone) return Number.isNaN(instantOf(text)) ? undefined : text;
  return written(text, format);
}
