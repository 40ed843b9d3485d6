import type { Words } from '#base/words.ts';

/** One thing wrong with one field: where, what stood there, what is allowed, in words. */
export type FieldError = {
  readonly path: string;
  readonly code: string;
  readonly value?: string;
  readonly allowed?: string;
  readonly text: Words;
};

/**
 * An expected no: a value, never thrown. `kind` decides the HTTP status at the door;
 * `text` is a sentence a person can act on.
 */
export type Refusal = {
  readonly refused: true;
  readonly kind:
    | 'invalid'
    | 'unauthenticated'
    | 'forbidden'
    | 'missing'
    | 'conflict'
    | 'busy'
    | 'too-many'
    | 'too-large';
  readonly code: string;
  readonly text: Words;
  readonly errors?: readonly FieldError[];
};

export const refuse = (
  kind: Refusal['kind'],
  code: string,
  text: Words,
  errors?: readonly FieldError[],
): Refusal => ({ refused: true, kind, code, text, ...(errors ? { errors } : {}) });

export const isRefusal = (x: unknown): x is Refusal =>
  typeof x === 'object' && x !== null && (x as { refused?: unknown }).refused === true;
