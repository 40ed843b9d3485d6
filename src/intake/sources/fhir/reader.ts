import { DOCUMENT_LIMITS, DOCUMENT_TOO_LONG } from '../decode/document.ts';
import { documentDecoder, headText, type Reader } from '../decode/readers.ts';
import { decodeFhir } from './decode.ts';

/** Files of FHIR R4 in JSON: a bundle, a resource, or resources line by line. */
export const fhirReader: Reader = {
  name: 'fhir',
  claims: (name, head) => {
    const text = headText(head);
    if (/^[[{]/.test(text) && /"resourceType"\s*:\s*"[A-Z]/.test(text)) return 2;
    return /\.fhir(\.json)?$|\.fhir\.ndjson$/.test(name) ? 1 : 0;
  },
  decode: documentDecoder(decodeFhir, () => DOCUMENT_TOO_LONG, DOCUMENT_LIMITS.bytesMax),
};
