import { isUtf8 } from 'node:buffer';
import type { Charset } from '../model.ts';

/** How a CSV separates: bytes of the delimiter and of the quote. */
export type Dialect = { readonly delimiter: number; readonly quote: number };
export const PLAIN: Dialect = { delimiter: 44, quote: 34 };

const DELIMITERS = [',', '\t', ';', '|'] as const;

/**
 * The dialect of a CSV by its heading line: the delimiter that cuts it into most fields, a comma
 * when none does; single quotes when every field stands in them. `|` is none in GB18030, where it
 * may be the second byte of a character.
 */
export function dialectOf(heading: string, charset: Charset): Dialect {
  const bare = heading.replaceAll(/"[^"]*"/g, '');
  let best = { delimiter: ',', count: 0 };
  for (const delimiter of DELIMITERS) {
    if (delimiter === '|' && charset === 'gb18030') continue;
    const count = bare.split(delimiter).length - 1;
    if (count > best.count) best = { delimiter, count };
  }
  const { delimiter } = best;
  const fields = heading.split(delimiter).map((it) => it.trim());
  const isSingle = fields.every((it) => it.length >= 2 && it.startsWith("'") && it.endsWith("'"));
  if (delimiter === ',' && !isSingle) return PLAIN;
  return { delimiter: delimiter.charCodeAt(0), quote: isSingle ? 39 : 34 };
}

export type Utf16 = 'utf-16le' | 'utf-16be';
export type TextEncoding = Charset | Utf16;

/** UTF-16 by its mark of order; undefined for anything else. Neither mark begins UTF-8 or GB18030. */
export function utf16Of(head: Buffer): Utf16 | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined;
}

/** The charset of a whole sample: a mark of order, then UTF-8 if it reads as such, else GB18030. */
export function encodingOf(sample: Buffer): TextEncoding {
  const marked = utf16Of(sample);
  if (marked) return marked;
  for (let cut = 0; cut < 4 && cut < sample.length; cut++)
    if (isUtf8(sample.subarray(0, sample.length - cut))) return 'utf-8';
  return 'gb18030';
}

/** The characters of one chunk of whole units; a half pair is kept as three bytes that are no UTF-8. */
function utf8Of(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  const parts: Buffer[] = [];
  for (const char of text) {
    const unit = char.charCodeAt(0);
    const isHalf = char.length === 1 && unit >= 0xd800 && unit <= 0xdfff;
    parts.push(
      isHalf
        ? Buffer.from([0xed, 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)])
        : Buffer.from(char),
    );
  }
  return Buffer.concat(parts);
}

/** First chunk and the rest of a body, so that its beginning may be looked at. */
export async function opened(
  body: AsyncGenerator<Buffer>,
): Promise<{ readonly head: Buffer; readonly body: AsyncGenerator<Buffer> }> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await body.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  const whole = async function* (): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    yield* body;
  };
  return { head, body: whole() };
}

/**
 * UTF-16 as UTF-8, chunk by chunk, its mark of order left out. What is no character stays bytes
 * that are none, so the row that holds them is told of it by their place: nothing is replaced.
 */
export async function* utf8From(body: AsyncIterable<Buffer>, from: Utf16): AsyncGenerator<Buffer> {
  const isBig = from === 'utf-16be';
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  const turned = (bytes: Buffer): Buffer => {
    const units = Buffer.from(bytes);
    if (isBig) units.swap16();
    const text = units.toString('utf16le');
    return utf8Of(isFirst && text.startsWith('\uFEFF') ? text.slice(1) : text);
  };
  for await (const chunk of body) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let whole = bytes.length & ~1;
    const last = whole >= 2 ? (bytes[whole - (isBig ? 2 : 1)] ?? 0) : 0;
    if (last >= 0xd8 && last <= 0xdb) whole -= 2; // the first half of a pair waits for the second
    rest = Buffer.from(bytes.subarray(whole));
    if (whole === 0) continue;
    yield turned(bytes.subarray(0, whole));
    isFirst = false;
  }
  if (rest.length >= 2) yield turned(rest.subarray(0, 2));
  if (rest.length & 1) yield Buffer.from([0xff]);
}
