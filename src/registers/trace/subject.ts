import type { Asked } from '#platform/http/index.ts';

const SUBJECT_CHARS_MAX = 80;
/** An answer nests no deeper than this; a page has at most 200 rows. */
const DEPTH_MAX = 8;

const NOUNS: Readonly<Record<string, string>> = {
  people: 'person',
  bodies: 'body',
  diseases: 'disease',
};
const singular = (segment: string): string =>
  NOUNS[segment] ?? segment.replace(/ies$/, 'y').replace(/s$/, '');

/** What a request is about, from its pattern: `/api/alerts/:id/close` with 17 is `alert:17`. */
export function subjectOf({ path, params, permit }: Pick<Asked, 'path' | 'params' | 'permit'>) {
  const segments = path.split('/').slice(2);
  const at = segments.findIndex((segment) => segment.startsWith(':'));
  const noun = segments[at - 1];
  if (at < 1 || !noun) return singular(segments[0] ?? permit);
  // A refused path was never checked: what a text of the database cannot hold is shown as a mark.
  const raw = String(params[(segments[at] ?? '').slice(1)] ?? '');
  const value = raw.toWellFormed().replaceAll(/\p{Cc}/gu, '\ufffd');
  return `${singular(noun)}:${value}`.slice(0, SUBJECT_CHARS_MAX);
}

/**
 * Whose data an answer holds: the person of the path, every `personId` and `persons` in it, and the
 * rows of the lists of people themselves. Contracts name a person by these names and no other
 * (tests/golden/readings.test.ts).
 */
export function personsIn(asked: Pick<Asked, 'path' | 'params' | 'permit'>, answer: unknown) {
  const found = new Set<number>();
  const own = /^person:(\d{1,15})$/.exec(subjectOf(asked))?.[1];
  if (own) found.add(Number(own));
  // Reading the trace is reading about clerks; its persons were read by those.
  if (asked.permit !== 'entry.read') collect(answer, found, DEPTH_MAX);
  const rows = (answer as { rows?: unknown } | null)?.rows;
  if (!Array.isArray(rows)) return [...found];
  for (const row of rows as { id?: unknown; subjectId?: unknown; name?: unknown }[]) {
    if (PEOPLE_LISTS.has(asked.path)) add(row.id, found);
    // A member is a person where it has a person's name; places are members too.
    if (asked.path === MEMBERS && row.name) add(row.subjectId, found);
  }
  return [...found];
}

const MEMBERS = '/api/lists/:id/members';
const PEOPLE_LISTS = new Set(['/api/people', '/api/people/search']);

const add = (value: unknown, found: Set<number>): void => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) found.add(value);
};

function collect(value: unknown, found: Set<number>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth === 0) return;
  if (Array.isArray(value)) {
    for (const it of value) collect(it, found, depth - 1);
    return;
  }
  for (const [name, it] of Object.entries(value)) {
    if (name === 'personId' || name === 'person') add(it, found);
    if ((name === 'persons' || name === 'personIds') && Array.isArray(it))
      for (const id of it) add(id, found);
    collect(it, found, depth - 1);
  }
}
