import type { Refusal } from '#base/refusal.ts';
import type { Words } from '#base/words.ts';

const STATUS: Record<Refusal['kind'], number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  'too-large': 413,
  busy: 503,
  'too-many': 429,
};

/** The language a caller reads, from Accept-Language; Chinese unless English is asked for first. */
export const languageOf = (header: string | undefined): keyof Words =>
  /^\s*en\b/i.test(header ?? '') ? 'en' : 'zh';

/** A refusal as a problem document (RFC 9457): `title` in the caller's language, `text` in both. */
export function problemOf(refusal: Refusal, language: keyof Words) {
  const status = STATUS[refusal.kind];
  return {
    status,
    body: {
      type: `/problems/${refusal.code}`,
      title: refusal.text[language],
      status,
      code: refusal.code,
      text: refusal.text,
      ...(refusal.errors ? { errors: refusal.errors } : {}),
    },
  };
}
