import type { Coding } from '../decode/terms.ts';

/** A value of a resource together with its path, written as FHIRPath does: `Bundle.entry[3].resource.id`. */
export class Cursor {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.path = path;
  }

  get isThere(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** A member of an object; a cursor on nothing when there is none. */
  get(name: string): Cursor {
    const { value } = this;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const member = isObject && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    return new Cursor(member, this.path === '' ? name : `${this.path}.${name}`);
  }

  /** Elements of a list; what should be a list and is written as one value counts as a list of it. */
  list(): Cursor[] {
    const { value } = this;
    if (Array.isArray(value)) return value.map((it, i) => new Cursor(it, `${this.path}[${i}]`));
    return this.isThere ? [this] : [];
  }

  first(): Cursor {
    return this.list()[0] ?? new Cursor(undefined, this.path);
  }

  /** A primitive as text, trimmed; '' for everything else. */
  text(): string {
    const { value } = this;
    if (typeof value === 'string') return value.trim();
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  }

  /** A number, also when it is written as a text; NaN otherwise. */
  number(): number {
    const text = this.text();
    return /^[+-]?\d*\.?\d+(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  }

  /** The first of several members that says something. */
  any(...names: string[]): Cursor {
    const found = names.map((it) => this.get(it)).find((it) => it.isThere);
    return found ?? this.get(names[0] ?? '');
  }
}

export type FhirCoding = Coding & { readonly display: string };

/** Codings of a CodeableConcept or of a list of them. */
export const codingsOf = (concept: Cursor): FhirCoding[] =>
  concept.list().flatMap((one) =>
    one
      .get('coding')
      .list()
      .map((it) => ({
        code: it.get('code').text(),
        system: it.get('system').text(),
        display: it.get('display').text(),
        path: it.get('code').path,
      })),
  );

/** What a CodeableConcept says in words. */
export const wordsOf = (concept: Cursor): string =>
  concept.first().get('text').text() ||
  (codingsOf(concept).find((it) => it.display !== '')?.display ?? '');
