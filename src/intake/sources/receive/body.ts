import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { type Refusal, refuse } from '#base/refusal.ts';
import type { Clock } from '#base/time.ts';
import type { Utf16 } from '../tables/dialect.ts';
import { type Charset, type Format, LIMITS, type Source } from '../model.ts';

const FORMAT_OF: Record<string, Format> = {
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/json': 'json',
  'text/csv': 'csv',
  'application/csv': 'csv',
  'text/tab-separated-values': 'csv',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  // Old or new, its bytes say; the old one is told to be saved as the new.
  'application/vnd.ms-excel': 'xlsx',
  'application/vnd.apache.parquet': 'parquet',
  'application/hl7-v2': 'hl7',
  'application/hl7-v2+er7': 'hl7',
  'x-application/hl7-v2+er7': 'hl7',
  'application/fhir+json': 'fhir',
  'application/fhir+ndjson': 'fhir',
  'application/cda+xml': 'cda',
  'application/xml': 'cda',
  'text/xml': 'cda',
};
const CHARSET_OF: Record<string, Charset> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  gb18030: 'gb18030',
  gbk: 'gb18030',
  gb2312: 'gb18030',
};

/** UTF-16 becomes UTF-8 at the door; a mark of order at its beginning says more than this. */
const UTF16_OF: Record<string, Utf16> = {
  'utf-16': 'utf-16le',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
};

/** What the headers promise about the body, checked against what the source may send. */
export function promiseOf(
  source: Source,
  headers: IncomingMessage['headers'],
): { format: Format; charset: Charset; utf16?: Utf16; isGzip: boolean } | Refusal {
  const [type = '', ...options] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const said = FORMAT_OF[type.trim()];
  // Who sends FHIR and no rows of ours may call it plain JSON.
  const isPlain = said === 'json' || said === 'ndjson';
  const isFhir = isPlain && !source.formats.includes(said) && source.formats.includes('fhir');
  const format = isFhir ? 'fhir' : said;
  const names = source.formats.join(', ');
  if (!format || !source.formats.includes(format)) {
    return refuse('invalid', 'content-type', {
      zh: `此数据源可发送 ${names}；Content-Type 如 application/x-ndjson、text/csv、application/hl7-v2、application/fhir+json。`,
      en: `This source may send ${names}; Content-Type as text/csv, application/hl7-v2 and the like.`,
    });
  }
  const named = options.map((it) => /charset\s*=\s*"?([\w-]+)/.exec(it)?.[1]).find(Boolean);
  const utf16 = named ? UTF16_OF[named] : undefined;
  const charset = utf16 ? 'utf-8' : named ? CHARSET_OF[named] : source.charset;
  const encoding = (headers['content-encoding'] ?? 'identity').toLowerCase();
  if (!charset || (encoding !== 'gzip' && encoding !== 'identity')) {
    return refuse('invalid', 'encoding', {
      zh: '字符集应为 utf-8、gb18030 或 utf-16，压缩方式应为 gzip 或无。',
      en: 'The charset is utf-8, gb18030 or utf-16; the content encoding gzip or none.',
    });
  }
  if (Number(headers['content-length'] ?? 0) > LIMITS.bodyBytesMax) return TOO_LARGE;
  return { format, charset, ...(utf16 ? { utf16 } : {}), isGzip: encoding === 'gzip' };
}

export const TOO_LARGE = refuse('too-large', 'body-too-large', {
  zh: `一次上传最多 ${LIMITS.bodyBytesMax / 2 ** 20} MiB（解压后），请分批。`,
  en: `One upload is at most ${LIMITS.bodyBytesMax / 2 ** 20} MiB unfolded; split it.`,
});

/** The upload went over the maximum, or a gzip unfolds suspiciously far. */
export class TooLarge extends Error {
  constructor() {
    super('the body is over its maximum');
    this.name = 'TooLarge';
  }
}

/** The sender drips: it would hold one of few places for ever. */
export class TooSlow extends Error {
  constructor() {
    super('the body comes too slowly');
    this.name = 'TooSlow';
  }
}
export const TOO_SLOW = refuse('invalid', 'too-slow', {
  zh: `上传过慢（低于每秒 ${LIMITS.bytesPerSecondMin} 字节），已收到的行已保存，请重发。`,
  en: `The upload is slower than ${LIMITS.bytesPerSecondMin} bytes/s; rows taken are kept, send it again.`,
});

/** Whether so many bytes, waited for so long, are a drip. */
export const isDrip = (bytes: number, waitedMs: number): boolean =>
  waitedMs > LIMITS.slowMs && bytes * 1000 < LIMITS.bytesPerSecondMin * waitedMs;

/** Unfolds gzip without closing the connection when it is damaged. */
async function* unfold(sent: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const feed = async (): Promise<void> => {
    for await (const chunk of sent) if (!gunzip.write(chunk)) await once(gunzip, 'drain');
    gunzip.end();
  };
  feed().catch((cause: Error) => gunzip.destroy(cause));
  yield* gunzip;
}

/**
 * The body chunk by chunk, unfolded. `onRaw` sees the bytes as sent, for the checksum. Throws when
 * the sender breaks off, when gzip is damaged, TooLarge and TooSlow; leaves the socket open for an
 * answer.
 */
export async function* bodyOf(
  request: IncomingMessage,
  isGzip: boolean,
  onRaw: (chunk: Buffer) => void,
  clock: Clock,
): AsyncGenerator<Buffer> {
  let raw = 0;
  let unfolded = 0;
  const sent = async function* (): AsyncGenerator<Buffer> {
    let waited = 0;
    let since = clock();
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      raw += chunk.length;
      waited += clock() - since;
      if (isDrip(raw, waited)) throw new TooSlow();
      onRaw(chunk);
      yield chunk;
      since = clock();
    }
  };
  for await (const chunk of isGzip ? unfold(sent()) : sent()) {
    unfolded += chunk.length;
    if (unfolded > LIMITS.bodyBytesMax) throw new TooLarge();
    if (isGzip && unfolded > 2 ** 20 && unfolded > raw * LIMITS.gzipRatioMax) throw new TooLarge();
    yield chunk;
  }
  if (!request.complete) throw new Error('the sender broke off');
}
