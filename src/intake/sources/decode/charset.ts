import { isUtf8 } from 'node:buffer';
import type { FieldError } from '#base/refusal.ts';
import type { Charset } from '../model.ts';

/** Text of whole rows, or undefined when some byte is no character of the charset. Never replaces silently. */
export function decodeText(bytes: Buffer, charset: Charset): string | undefined {
  if (charset === 'utf-8') return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
  try {
    return new TextDecoder('gb18030', { fatal: true }).decode(bytes);
  } catch {
    return undefined; // the only thing a fatal decoder throws for: bytes that are no text
  }
}

function readsSoFar(bytes: Buffer, charset: Charset): boolean {
  try {
    new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Where the first byte stands that is no text; bytes.length when they end inside a character. */
export function badByteAt(bytes: Buffer, charset: Charset): number {
  let low = 0;
  let high = bytes.length + 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (middle <= bytes.length && readsSoFar(bytes.subarray(0, middle), charset)) low = middle + 1;
    else high = middle;
  }
  return Math.min(low - 1, bytes.length);
}

export function badBytes(bytes: Buffer, charset: Charset): FieldError {
  const at = badByteAt(bytes, charset);
  const hex = bytes.subarray(at, at + 2).toString('hex') || 'end';
  return {
    path: '',
    code: 'bad-bytes',
    value: `byte ${at}: 0x${hex}`,
    allowed: charset,
    text: {
      zh: `第 ${at} 字节（0x${hex}）不是 ${charset} 字符；请检查文件编码。`,
      en: `Byte ${at} (0x${hex}) is no character of ${charset}; check the charset of the file.`,
    },
  };
}

/** Bytes read one by one as Latin-1, so that nothing of a broken row is lost to the eye. */
export const showBytes = (bytes: Buffer): string => bytes.toString('latin1');
