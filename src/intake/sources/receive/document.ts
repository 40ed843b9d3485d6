import { type Refusal, refuse } from '#base/refusal.ts';
import { decodeCda } from '../cda/decode.ts';
import { DOCUMENT_LIMITS, REFUSED_CODES } from '../decode/document.ts';
import { decodeFhir } from '../fhir/decode.ts';
import type { Charset } from '../model.ts';
import type { BlockWriter } from './writer.ts';

/** Nothing of the document was taken; the refusal says why. */
export class DocumentRefused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.name = 'DocumentRefused';
    this.refusal = refusal;
  }
}

const TOO_LARGE = refuse('too-large', 'document-too-long', {
  zh: `一份文档最多 ${DOCUMENT_LIMITS.bytesMax / 2 ** 20} MiB（解压后），请拆分。`,
  en: `One document is at most ${DOCUMENT_LIMITS.bytesMax / 2 ** 20} MiB unfolded; split it.`,
});

/**
 * Takes one FHIR or CDA document whole: it is kept as it came, counted as the rows it decodes to.
 * One that cannot be read becomes a row for the quarantine; a bomb is refused and nothing is kept
 * (DocumentRefused).
 */
export async function writeDocument(
  body: AsyncIterable<Buffer>,
  format: 'fhir' | 'cda',
  charset: Charset,
  writer: BlockWriter,
): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > DOCUMENT_LIMITS.bytesMax) throw new DocumentRefused(TOO_LARGE);
    chunks.push(chunk);
  }
  if (size === 0) return;
  const bytes = Buffer.concat(chunks, size);
  const rows = format === 'fhir' ? decodeFhir(bytes, charset) : decodeCda(bytes, charset);
  const bomb = rows[0]?.faults.find((it) => REFUSED_CODES.has(it.code));
  if (bomb) throw new DocumentRefused(refuse('invalid', bomb.code, bomb.text, [bomb]));
  writer.document(bytes, rows.length);
}
