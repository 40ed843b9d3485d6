import type { FormField } from '#response/tasks/contract.ts';
import type { Draft } from './draft.ts';
import type { MyTask } from './sync.ts';

type Form = MyTask['form'];

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)];

/** Whether a field is asked for, given what was answered so far. */
export function isAsked(field: FormField, draft: Draft): boolean {
  if (!field.when) return true;
  const other = field.when.field === 'result' ? draft.result : draft.fields[field.when.field];
  const wanted = field.when.in;
  return textsOf(other).some((text) => wanted.includes(text));
}

export type Fault = 'needed' | 'range';

const isBlank = (value: unknown): boolean =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** What is wrong with the draft, by field name; `result` when none was chosen. */
export function faultsOf(form: Form, draft: Draft): Map<string, Fault> {
  const faults = new Map<string, Fault>();
  if (!draft.result) faults.set('result', 'needed');
  const effect = form.results.find((one) => one.value === draft.result)?.effect;
  const isEnd = effect === 'close' || effect === 'review';
  for (const field of form.fields.filter((one) => isAsked(one, draft))) {
    const value = draft.fields[field.name];
    if (isBlank(value)) {
      // Required is asked of every result; evidence only where the matter ends.
      if (field.required || (isEnd && field.evidence)) faults.set(field.name, 'needed');
    } else if (typeof value === 'number') {
      const isLow = field.min !== undefined && value < field.min;
      const isHigh = field.max !== undefined && value > field.max;
      if (isLow || isHigh || Number.isNaN(value)) faults.set(field.name, 'range');
    }
  }
  return faults;
}

/** The body of the answer: only what was asked and filled. */
export function answerOf(form: Form, draft: Draft): Record<string, unknown> {
  const asked = form.fields.filter((field) => isAsked(field, draft));
  const filled = asked.filter((field) => !isBlank(draft.fields[field.name]));
  const note = draft.note.trim();
  return {
    result: draft.result,
    fields: Object.fromEntries(filled.map((field) => [field.name, draft.fields[field.name]])),
    ...(note ? { note } : {}),
    doneAt: Date.now(),
  };
}
