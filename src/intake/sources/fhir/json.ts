import type { FieldError } from '#base/refusal.ts';
import { DOCUMENT_LIMITS, fault, TOO_DEEP, TOO_MANY_VALUES } from '../decode/document.ts';

const QUOTE = 34;
const BACKSLASH = 92;

/** Values a document may still hold, counted over all its lines. */
export type Budget = { values: number };
export const newBudget = (): Budget => ({ values: DOCUMENT_LIMITS.valuesMax });

/** Looks at JSON before it is parsed: no deeper and no more values than allowed. */
export function jsonBomb(text: string, budget: Budget): FieldError | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      at = endOfString(text, at);
      if (at < 0) return undefined; // JSON.parse says what is wrong
    } else if (char === 123 || char === 91) {
      if (++depth > DOCUMENT_LIMITS.depthMax) return TOO_DEEP;
      if (--budget.values < 0) return TOO_MANY_VALUES;
    } else if (char === 125 || char === 93) depth--;
    else if (char === 44 && --budget.values < 0) return TOO_MANY_VALUES;
  }
  return undefined;
}

/** Where the string that opens at `from` closes; -1 when it stays open. */
function endOfString(text: string, from: number): number {
  let at = from;
  for (;;) {
    at = text.indexOf('"', at + 1);
    if (at < 0) return -1;
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
  }
}

/** Line and column where a parser stopped, when its message says the place. */
function placeOf(cause: unknown, text: string): string {
  const at = Number(/position (\d+)/.exec(String(cause))?.[1] ?? Number.NaN);
  if (Number.isNaN(at)) return '';
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return `${line}:${at - before.lastIndexOf('\n')}`;
}

/** A parsed text, or why it could not be. `path` is where the text stands. */
export function parseJson(
  text: string,
  path: string,
  budget: Budget,
): { readonly value: unknown } | { readonly fault: FieldError } {
  const bomb = jsonBomb(text, budget);
  if (bomb) return { fault: bomb };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (cause) {
    const place = placeOf(cause, text);
    const where = place === '' ? '' : `（${place}）`;
    const whereEn = place === '' ? '' : ` (line:column ${place})`;
    return {
      fault: fault(
        path,
        'not-json',
        `不是合法的 JSON${where}；可能传输中断或被截断，请重新导出后再发。`,
        `Not valid JSON${whereEn}; it may have been cut off on its way. Export it again and resend.`,
      ),
    };
  }
}
