import type { z } from 'zod';
import { type FieldError, type Refusal, refuse } from '#base/refusal.ts';

/** Brackets within brackets of a body; ours have five at most, a rule's document some twelve. */
export const DEPTH_MAX = 32;
/** Errors told at once: a million wrong elements are not answered with a million sentences. */
const ERRORS_MAX = 100;

const fieldErrors = (part: string, error: z.ZodError): FieldError[] =>
  error.issues.slice(0, ERRORS_MAX).map((issue) => ({
    path: [part, ...issue.path.map(String)].join('.'),
    code: issue.code ?? 'invalid',
    text: { zh: `${issue.path.join('.') || part}：${issue.message}`, en: issue.message },
  }));

/** PostgreSQL keeps neither a NUL in a text nor half a surrogate pair in JSON. */
const cannotBeKept = (text: string): boolean => text.includes('\u0000') || !text.isWellFormed();

const hasNul = (value: unknown): boolean => {
  if (typeof value === 'string') return cannotBeKept(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, it]) => cannotBeKept(name) || hasNul(it));
};

/** Looked at before anything that walks a body: a pit of brackets would eat the stack. */
const isDeeper = (value: unknown, than: number): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  return than === 0 || Object.values(value).some((it) => isDeeper(it, than - 1));
};
const TOO_DEEP = refuse('invalid', 'too-deep', {
  zh: `内容嵌套不得超过 ${DEPTH_MAX} 层。`,
  en: `Brackets may stand at most ${DEPTH_MAX} deep.`,
});
const NUL = (part: string): FieldError => ({
  path: part,
  code: 'nul',
  text: {
    zh: '内容中不能有 NUL 字符或残缺的代理对。',
    en: 'A NUL character or half a surrogate pair cannot be kept; leave it out.',
  },
});

/** Checks path, query and body against the endpoint's schemas; every error of all three at once. */
export function readInput(
  schemas: { params?: z.ZodType; query?: z.ZodType; body?: z.ZodType },
  raw: { params: unknown; query: unknown; body: unknown },
): { params: unknown; query: unknown; body: unknown } | Refusal {
  if (isDeeper(raw.body, DEPTH_MAX)) return TOO_DEEP;
  const errors: FieldError[] = [];
  const read = (part: 'params' | 'query' | 'body'): unknown => {
    const schema = schemas[part];
    if (!schema) return undefined;
    const parsed = schema.safeParse(raw[part] ?? {});
    // A mistake of the sender, not of the house.
    if (hasNul(raw[part])) errors.push(NUL(part));
    if (!parsed.success) errors.push(...fieldErrors(part, parsed.error));
    return parsed.data;
  };
  const input = { params: read('params'), query: read('query'), body: read('body') };
  if (errors.length === 0) return input;
  return refuse(
    'invalid',
    'invalid-input',
    {
      zh: '请求内容有误，请按所列各处改正后重发。',
      en: 'Some fields are not valid; mend those listed and send again.',
    },
    errors,
  );
}
