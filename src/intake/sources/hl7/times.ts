const HL7_TIME =
  /^(\d{4})(?:-?(\d{2})(?:-?(\d{2})(?:[T ]?(\d{2}):?(\d{2})?:?(\d{2})?(\.\d{1,6})?)?)?)?\s*(Z|[+-]\d{2}:?(?:\d{2})?)?$/;

/**
 * HL7 time (YYYY[MM[DD[HH[MM[SS[.S]]]]]][+ZZZZ]) as epoch ms, without an offset city time. Written
 * as ISO 8601 it is taken, too. NaN when it is none, or too short to name a day: a year is no time
 * of an observation.
 */
export function hl7Instant(text: string): number {
  if (text === '') return Number.NaN;
  const m = HL7_TIME.exec(text);
  if (!m?.[3]) return Number.NaN;
  const zone = m[8] ?? '+08:00';
  const offset =
    zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
  const day = `${m[1]}-${m[2]}-${m[3]}`;
  const fraction = (m[7] ?? '').slice(0, 4);
  const at = Date.parse(
    `${day}T${m[4] ?? '00'}:${m[5] ?? '00'}:${m[6] ?? '00'}${fraction}${offset}`,
  );
  // 31 February is read as March by some engines: no observation happened then.
  return Number(m[3]) > 28 && new Date(`${day}T00:00:00Z`).getUTCDate() !== Number(m[3])
    ? Number.NaN
    : at;
}

/** HL7 date as a civil day; '' when it is none, or names no day. */
export function hl7Day(text: string): string {
  const m = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(text);
  return m ? `${m[1]}-${m[2]}-${m[3]}` : '';
}

/** The first of several that is a time; NaN when none is. */
export function firstInstant(...texts: readonly string[]): number {
  for (const text of texts) {
    const at = hl7Instant(text);
    if (!Number.isNaN(at)) return at;
  }
  return Number.NaN;
}
