import type { FieldError } from '#base/refusal.ts';
import {
  DOCUMENT_LIMITS,
  fault,
  REFUSED_CODES,
  shownCode,
  TOO_MANY_ROWS,
} from '../decode/document.ts';
import { Cursor } from './cursor.ts';
import { newBudget, parseJson } from './json.ts';

/** A resource with where it stands and what it is called there. */
export type Resource = {
  readonly at: Cursor;
  readonly type: string;
  readonly id: string;
  readonly fullUrl: string;
};

/** What could not become a resource, and why. */
export type Misfit = { readonly at: Cursor; readonly fault: FieldError };

export type FhirDocument = {
  readonly resources: readonly Resource[];
  readonly misfits: readonly Misfit[];
  /** When the first bundle was put together. */
  readonly timestamp: Cursor | undefined;
  /** The resource a Reference means: by fullUrl, by type and id, or contained in `from`. */
  resolve(reference: Cursor, from: Resource): Resource | undefined;
  only(type: string): Resource | undefined;
  all(type: string): readonly Resource[];
};

const NO_RESOURCE = (path: string) =>
  fault(
    path,
    'no-resource',
    '此 entry 没有 resource，无内容可收。',
    'This entry holds no resource; there is nothing to take.',
  );
const NO_TYPE = (path: string) =>
  fault(
    `${path === '' ? '' : `${path}.`}resourceType`,
    'no-resource-type',
    '缺少 resourceType，不是 FHIR 资源。',
    'There is no resourceType: this is no FHIR resource.',
  );
const DELETION = (path: string) =>
  fault(
    path,
    'deletion',
    '不接受 DELETE；更正请重发该资源，状态为 entered-in-error。',
    'DELETE is not taken; to withdraw a resource send it again with status entered-in-error.',
  );
const BUNDLE_TYPES = /^(message|transaction|batch|collection|document|searchset|history)$/;
const BAD_BUNDLE = (path: string, type: string) =>
  fault(
    path,
    'bundle-type',
    'Bundle.type 不在可接收之列。',
    'This Bundle.type is not one we take.',
    {
      value: shownCode(type),
      allowed: 'message, transaction, batch, collection, document, searchset, history',
    },
  );

class Reader {
  readonly resources: Resource[] = [];
  readonly misfits: Misfit[] = [];
  #timestamp: Cursor | undefined;
  /** Rows and names inside resources: components, contained ones. */
  #inner = 0;
  readonly #byName = new Map<string, Resource>();
  readonly #byType = new Map<string, Resource[]>();

  isOver(): boolean {
    return this.resources.length + this.misfits.length + this.#inner > DOCUMENT_LIMITS.rowsMax;
  }

  misfit(at: Cursor, why: FieldError): void {
    this.misfits.push({ at, fault: why });
  }

  take(at: Cursor, fullUrl: string): void {
    if (this.isOver()) return;
    const type = at.get('resourceType').text();
    if (!/^[A-Z][A-Za-z]{1,63}$/.test(type)) return this.misfit(at, NO_TYPE(at.path));
    if (type === 'Bundle') return this.#bundle(at);
    const resource = { at, type, id: at.get('id').text(), fullUrl };
    this.resources.push(resource);
    this.#name(fullUrl, resource);
    this.#name(resource.id && `${type}/${resource.id}`, resource);
    this.#name(resource.id && `urn:uuid:${resource.id}`, resource);
    const same = this.#byType.get(type);
    if (same) same.push(resource);
    else this.#byType.set(type, [resource]);
    const contained = at.get('contained').list();
    this.#inner += contained.length + at.get('component').list().length;
    for (const inner of contained) {
      const id = inner.get('id').text();
      const innerType = inner.get('resourceType').text();
      this.#name(id && `${at.path}#${id}`, { at: inner, type: innerType, id, fullUrl: '' });
    }
  }

  #name(name: string, resource: Resource): void {
    if (name !== '' && !this.#byName.has(name)) this.#byName.set(name, resource);
  }

  #bundle(at: Cursor): void {
    const type = at.get('type').text();
    const timestamp = at.get('timestamp');
    if (timestamp.isThere) this.#timestamp ??= timestamp;
    if (!BUNDLE_TYPES.test(type)) this.misfit(at, BAD_BUNDLE(at.get('type').path, type));
    for (const entry of at.get('entry').list()) {
      if (this.isOver()) return;
      const resource = entry.get('resource');
      const isDeletion = entry.get('request').get('method').text() === 'DELETE';
      if (resource.isThere) this.take(resource, entry.get('fullUrl').text());
      else this.misfit(entry, isDeletion ? DELETION(entry.path) : NO_RESOURCE(entry.path));
    }
  }

  document(): FhirDocument {
    const names = this.#byName;
    const types = this.#byType;
    return {
      resources: this.resources,
      misfits: this.misfits,
      timestamp: this.#timestamp,
      resolve(reference, from) {
        const said = reference
          .get('reference')
          .text()
          .replace(/\/_history\/[^/]+$/, '');
        if (said === '') return undefined;
        if (said.startsWith('#')) return names.get(from.at.path + said);
        const tail = said.split('/').slice(-2).join('/');
        return (
          names.get(said) ?? names.get(tail) ?? names.get(`urn:uuid:${said.split('/').at(-1)}`)
        );
      },
      only: (type) => (types.get(type)?.length === 1 ? types.get(type)?.[0] : undefined),
      all: (type) => types.get(type) ?? [],
    };
  }
}

/** Whether a text is one JSON object a line: its first line is whole, and more follows. */
const isLines = (text: string): boolean => {
  const end = text.indexOf('\n');
  if (end < 0 || text.slice(end).trim() === '') return false;
  const line = text.slice(0, end).trim();
  if (!line.startsWith('{')) return false;
  return line.endsWith('}') && 'value' in parseJson(line, '', newBudget());
};

/** One JSON document: a bundle, a resource, an array of them, or one resource a line (bulk data). */
export function readDocument(text: string): FhirDocument | FieldError {
  const reader = new Reader();
  const said = text.trimStart();
  if (isLines(said)) {
    const bomb = readLines(reader, said);
    if (bomb) return bomb;
  } else {
    const read = parseJson(said, '', newBudget());
    if ('fault' in read) return read.fault;
    const isArray = Array.isArray(read.value);
    const root = new Cursor(read.value, '');
    const name = isArray ? '' : root.get('resourceType').text();
    for (const it of isArray ? root.list() : [new Cursor(read.value, shownCode(name))])
      reader.take(it, '');
  }
  return reader.isOver() ? TOO_MANY_ROWS : reader.document();
}

/** Every line is counted, so that a broken one is named by its number and harms no other. */
function readLines(reader: Reader, text: string): FieldError | undefined {
  const budget = newBudget();
  let number = 0;
  for (let from = 0; from < text.length && !reader.isOver(); ) {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(from, end).trim();
    from = end + 1;
    number++;
    if (line === '') continue;
    const path = `line[${number}]`;
    const read = parseJson(line, path, budget);
    if (!('fault' in read)) reader.take(new Cursor(read.value, path), '');
    else if (REFUSED_CODES.has(read.fault.code)) return read.fault;
    else reader.misfit(new Cursor(line, path), read.fault);
  }
  return undefined;
}
