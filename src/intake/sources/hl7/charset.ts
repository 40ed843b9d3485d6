import type { FieldError } from '#base/refusal.ts';
import { badBytes, decodeText } from '../decode/charset.ts';
import type { Charset } from '../model.ts';

/** HL7 table 0211 and what senders write instead; the value is a label of the Encoding Standard. */
const CHARSET_NAMES: Readonly<Record<string, string>> = {
  'UNICODE UTF-8': 'utf-8',
  'UTF-8': 'utf-8',
  UTF8: 'utf-8',
  UNICODE: 'utf-8',
  'GB 18030-2000': 'gb18030',
  'GB 18030': 'gb18030',
  GB18030: 'gb18030',
  GBK: 'gb18030',
  GB2312: 'gb18030',
  ASCII: 'ascii',
  'US-ASCII': 'ascii',
  '8859/1': 'latin1',
  'ISO-8859-1': 'latin1',
  '8859/2': 'iso-8859-2',
  '8859/3': 'iso-8859-3',
  '8859/4': 'iso-8859-4',
  '8859/5': 'iso-8859-5',
  '8859/6': 'iso-8859-6',
  '8859/7': 'iso-8859-7',
  '8859/8': 'iso-8859-8',
  '8859/9': 'windows-1254',
  '8859/15': 'iso-8859-15',
  'ISO IR6': 'ascii',
  'ISO IR14': 'shift_jis',
  'ISO IR87': 'iso-2022-jp',
  'ISO IR159': 'iso-2022-jp',
  'BIG-5': 'big5',
  BIG5: 'big5',
  'KS X 1001': 'euc-kr',
};
const NAMES_SHOWN = 'UNICODE UTF-8, GB 18030-2000, BIG-5, ASCII, 8859/1 … 8859/15, ISO IR87';

const HEAD_MAX = 4096;
const MSH_18 = 17;

/** Names MSH-18 gives, found among the fields of the first segment before its charset is known. */
function namesIn(bytes: Buffer): string[] {
  const end = bytes.indexOf(13);
  const head = bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, HEAD_MAX));
  const fields = head
    .toString('latin1')
    .split('\n', 1)[0]
    ?.split(head.toString('latin1', 3, 4));
  const repeat = fields?.[1]?.charAt(1) || '~';
  const named = (fields?.[MSH_18] ?? '').split(repeat).map((it) => it.trim().toUpperCase());
  return named.filter((it) => it !== '' && it !== '""');
}

/**
 * What MSH-18 says: a label of the Encoding Standard, undefined when it names none, '' when it names
 * only what we do not know. Of several, the one reached by ISO 2022 escapes wins.
 */
export function charsetOf(bytes: Buffer): string | undefined {
  const names = namesIn(bytes);
  if (names.length === 0) return undefined;
  const known = names.map((it) => CHARSET_NAMES[it]).filter((it) => it !== undefined);
  return known.find((it) => it === 'iso-2022-jp') ?? known[0] ?? '';
}

const isBlank = (byte: number | undefined): boolean => byte !== undefined && byte <= 32;

/** The bytes from MSH on: a byte-order mark, blanks and MLLP's 0x0B before it say nothing. */
export function fromHead(bytes: Buffer): Buffer {
  let at = 0;
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) at = 3;
  while (isBlank(bytes[at])) at++;
  return at === 0 ? bytes : bytes.subarray(at);
}

const highAt = (bytes: Buffer): number => bytes.findIndex((byte) => byte > 0x7f);

function decodeAs(bytes: Buffer, label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return undefined; // the only thing a fatal decoder throws for: bytes that are no text
  }
}

const unknownCharset = (bytes: Buffer): FieldError => ({
  path: 'MSH-18',
  code: 'unknown-charset',
  value: (namesIn(bytes)[0] ?? '').replace(/[^\w ./-]/g, '?').slice(0, 32),
  allowed: NAMES_SHOWN,
  text: {
    zh: 'MSH-18 声明的字符集不认识，而消息含有 ASCII 以外的字符；请改用 UNICODE UTF-8。',
    en: 'MSH-18 names a charset we do not know, and the message goes beyond ASCII; use UNICODE UTF-8.',
  },
});

/** Text of a message (see `fromHead`) by MSH-18, else by the source's charset; or what byte is wrong. */
export function textOf(bytes: Buffer, charset: Charset): { text: string } | { fault: FieldError } {
  const wire = charsetOf(bytes) ?? charset;
  if (wire === 'utf-8' || wire === 'gb18030') {
    const text = decodeText(bytes, wire);
    return text === undefined ? { fault: badBytes(bytes, wire) } : { text };
  }
  if (wire === 'latin1') return { text: bytes.toString('latin1') };
  if (wire === 'ascii' || wire === '') {
    const high = highAt(bytes);
    if (high < 0) return { text: bytes.toString('latin1') };
    if (wire === '') return { fault: unknownCharset(bytes) };
    const bad = Buffer.concat([bytes.subarray(0, high), Buffer.from([255])]);
    return { fault: { ...badBytes(bad, 'utf-8'), path: 'MSH-18', allowed: 'ASCII' } };
  }
  const text = decodeAs(bytes, wire);
  if (text !== undefined) return { text };
  return { fault: { ...badBytes(bytes, 'utf-8'), path: 'MSH-18', allowed: wire } };
}
