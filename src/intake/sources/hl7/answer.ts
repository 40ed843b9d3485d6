import type { FieldError } from '#base/refusal.ts';
import { CITY_OFFSET } from '#base/time.ts';
import type { Segment } from './reader.ts';

export type AnswerCode = 'AA' | 'AE' | 'AR';

const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\E\\')
    .replaceAll('|', '\\F\\')
    .replaceAll('^', '\\S\\')
    .replaceAll('&', '\\T\\')
    .replaceAll('~', '\\R\\')
    .replaceAll(/[\r\n]/g, ' ');

const stamp = (at: number): string =>
  `${new Date(at + CITY_OFFSET).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}+0800`;

const errorsShownMax = 20;

/** Codes of HL7 table 0357 by our own. */
const conditionOf = (code: string): string => {
  if (/^\d{3}$/.test(code)) return code;
  if (code === 'missing') return '101';
  return code === 'not-in-list' || code.startsWith('unknown') ? '103' : '102';
};

/** The acknowledgement (original mode): MSH, MSA, and one ERR per error with both languages. */
export function answerOf(
  msh: Segment | undefined,
  code: AnswerCode,
  errors: readonly FieldError[],
  now: number,
): string {
  const to = (field: number): string => escaped(msh?.get(field) ?? '');
  const version = /^2\.[\d.]+$/.test(msh?.get(12) ?? '') ? (msh?.get(12) ?? '') : '2.5.1';
  const trigger = msh?.get(9, 2) ? `^${escaped(msh.get(9, 2))}^ACK` : '';
  const control = to(10);
  const who = `FENGHUO|FENGHUO|${to(3)}|${to(4)}|${stamp(now)}`;
  const what = `ACK${trigger}|${control || now}|P|${version}`;
  const lines = [`MSH|^~\\&|${who}||${what}||||||UNICODE UTF-8`, `MSA|${code}|${control}`];
  for (const error of errors.slice(0, errorsShownMax)) {
    const where = escaped(error.path).replace(/^([A-Z][A-Z0-9]{2})-?(\d+)?.*$/, '$1^1^$2');
    const why = `${conditionOf(error.code)}^${escaped(error.code)}`;
    const text = escaped(`${error.text.zh} / ${error.text.en}`);
    lines.push(`ERR||${where}|${why}|E||||${text}`);
  }
  return `${lines.join('\r')}\r`;
}
