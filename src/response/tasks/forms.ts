import type { FieldError } from '#base/refusal.ts';
import { isDay } from '#base/time.ts';
import type { Form, FormField } from './contract.ts';

type Fields = Readonly<Record<string, unknown>>;
const LONGEST = 500;

/** Whether a field is asked at all, given the result and the other fields. */
export function isAsked(field: FormField, result: string, fields: Fields): boolean {
  if (!field.when) return true;
  const value = field.when.field === 'result' ? result : fields[field.when.field];
  const values = Array.isArray(value) ? value : [value];
  return values.some((v) => field.when?.in.includes(String(v)));
}

const isFilled = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && !value.length);

/**
 * Everything wrong with an answer, all at once; required fields that were not asked are not
 * missed.
 */
export function checkAnswer(form: Form, result: string, fields: Fields): FieldError[] {
  const errors: FieldError[] = [];
  if (!form.results.some((r) => r.value === result))
    errors.push(fault('result', 'unknown', '没有这个结果选项', 'No such result'));
  const known = new Map(form.fields.map((f) => [f.name, f]));
  for (const [name, value] of Object.entries(fields)) {
    const field = known.get(name);
    if (!field) errors.push(fault(name, 'unknown', '表单没有这个字段', 'Not a field of the form'));
    else if (isFilled(value) && !fits(field, value))
      errors.push(
        fault(name, 'invalid', `${field.words.zh}填写有误`, `${field.words.en} is not valid`),
      );
  }
  for (const field of form.fields)
    if (field.required && isAsked(field, result, fields) && !isFilled(fields[field.name]))
      errors.push(
        fault(field.name, 'missing', `请填写${field.words.zh}`, `${field.words.en} is needed`),
      );
  return errors;
}

const fault = (name: string, code: string, zh: string, en: string): FieldError => ({
  path: name === 'result' ? 'body.result' : `body.fields.${name}`,
  code,
  text: { zh, en },
});

function fits(field: FormField, value: unknown): boolean {
  const among = (v: unknown) => field.choices?.some((c) => c.value === v) ?? false;
  switch (field.type) {
    case 'choice':
      return among(value);
    case 'choices':
      return Array.isArray(value) && value.every(among);
    case 'text':
      return typeof value === 'string' && value.length <= LONGEST;
    case 'number':
      return (
        typeof value === 'number' && value >= (field.min ?? -1e9) && value <= (field.max ?? 1e9)
      );
    case 'flag':
      return typeof value === 'boolean';
    case 'day':
      return typeof value === 'string' && isDay(value);
    case 'instant':
      return typeof value === 'number' && Number.isSafeInteger(value);
  }
}

/** Evidence the result still lacks: names of fields, in the form's order. It gates closing. */
export const missingEvidence = (form: Form, result: string, fields: Fields): string[] =>
  form.fields
    .filter((f) => f.evidence && isAsked(f, result, fields) && !isFilled(fields[f.name]))
    .map((f) => f.name);
