import { DOCUMENT_LIMITS, DOCUMENT_TOO_LONG } from '../decode/document.ts';
import { documentDecoder, headText, type Reader } from '../decode/readers.ts';
import { decodeCda } from './decode.ts';

/** Files of CDA: eICR, RR, any ClinicalDocument; other XML is told that it is none. */
export const cdaReader: Reader = {
  name: 'cda',
  claims: (name, head) => {
    const text = headText(head).replaceAll('\u0000', '');
    if (/^(\u00ff\u00fe|\u00fe\u00ff)?<(\?xml|!--|[\w.-]+[:>\s])/.test(text)) return 2;
    return /\.(xml|cda)$/.test(name) ? 1 : 0;
  },
  decode: documentDecoder(decodeCda, () => DOCUMENT_TOO_LONG, DOCUMENT_LIMITS.bytesMax),
};
