import type { z } from 'zod';
import { type FieldError, type Refusal, refuse } from '#base/refusal.ts';

const fieldErrors = (part: string, error: z.ZodError): FieldError[] =>
  error.issues.map((issue) => ({
    path: [part, ...issue.path.map(String)].join('.'),
    code: issue.code ?? 'invalid',
    text: { zh: `${issue.path.join('.') || part}：${issue.message}`, en: issue.message },
  }));

const hasNul = (value: unknown): boolean => {
  if (typeof value === 'string') return value.includes('\u0000');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, it]) => hasNul(name) || hasNul(it));
};
const NUL = (part: string): FieldError => ({
  path: part,
  code: 'nul',
  text: { zh: '内容中不能有 NUL 字符。', en: 'A NUL character cannot be kept; leave it out.' },
});

/** Checks path, query and body against the endpoint's schemas; every error of all three at once. */
export function readInput(
  schemas: { params?: z.ZodType; query?: z.ZodType; body?: z.ZodType },
  raw: { params: unknown; query: unknown; body: unknown },
): { params: unknown; query: unknown; body: unknown } | Refusal {
  const errors: FieldError[] = [];
  const read = (part: 'params' | 'query' | 'body'): unknown => {
    const schema = schemas[part];
    if (!schema) return undefined;
    const parsed = schema.safeParse(raw[part] ?? {});
    // PostgreSQL keeps no NUL in a text: such input is a mistake of the sender, not of the house.
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
