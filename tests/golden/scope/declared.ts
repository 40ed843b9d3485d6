import { COMMUNITY, DISTRICT, T0 } from '../../builders/loop.ts';

/** One thing of each kind that lies in an area, on one side of the border. */
export type Side = {
  person: number;
  alert: number;
  task: number;
  place: number;
  post: number;
  record: number;
  actor: number;
  tie: number;
  grant: number;
  alarm: number;
  /** An account of a device. */
  device: number;
};

export const LIST = 'home-isolation';

/**
 * Whose the thing is that a path names: an id of a side, or the same on both (`same`), because it
 * lies in no area or belongs to who asked for it. The longest beginning that fits counts. A new path
 * with a parameter fails the test until it stands here.
 */
export const ABOUT: Readonly<Record<string, keyof Side | { readonly same: readonly string[] }>> = {
  '/api/actors/:id': 'actor',
  '/api/actors/:id/keys': 'device',
  '/api/alerts/:id': 'alert',
  '/api/alerts/bulk/:id': { same: ['1'] },
  '/api/areas/:code': { same: [DISTRICT] },
  '/api/batches/:id': { same: ['1'] },
  '/api/code-sets/:id/codes/:code': { same: ['1', '1'] },
  '/api/companions/:id': { same: ['1'] },
  '/api/exports/:id': { same: ['1'] },
  '/api/grants/:id': 'grant',
  '/api/lists/:id': { same: [LIST, '1'] },
  '/api/mandates/:id': { same: ['1'] },
  '/api/misuse/:id': 'alarm',
  '/api/people/:id': 'person',
  '/api/places/:id': { same: ['1'] },
  '/api/places/:id/records': 'place',
  '/api/posts/:id': 'post',
  '/api/quarantine/:id': { same: ['1'] },
  '/api/records/:id': 'record',
  '/api/retention/holds/:id': { same: ['1'] },
  '/api/retention/runs/:id': { same: ['1'] },
  '/api/rules/:id': { same: ['fever-purchase', '1'] },
  '/api/sources/:id': { same: ['1', '1'] },
  '/api/tasks/:id': 'task',
  '/api/ties/:id': 'tie',
};

/** The entry of ABOUT for a path; undefined when the path has no parameter. Throws without one. */
export function aboutOf(path: string): (typeof ABOUT)[string] | undefined {
  if (!path.includes(':')) return undefined;
  const fits = Object.keys(ABOUT).filter((it) => path === it || path.startsWith(`${it}/`));
  const found = ABOUT[fits.sort((a, b) => b.length - a.length)[0] ?? ''];
  if (found) return found;
  throw new Error(
    `${path} names a thing: say in tests/golden/scope/declared.ts (ABOUT) on whose side it lies, ` +
      'or that it lies in no area; and if it is a write about a side, its sound body in BODIES',
  );
}

/** The path with its parameters filled from a side. */
export function pathFor(path: string, side: Side): string {
  const about = aboutOf(path);
  if (about === undefined) return path;
  const ids = typeof about === 'string' ? [String(side[about]), '1'] : about.same;
  let i = 0;
  return path.replace(/:\w+/g, () => ids[i++] ?? '1');
}

/** Whether a path names a thing that lies in an area. */
export const isSided = (path: string): boolean => typeof aboutOf(path) === 'string';

const reason = '核查本区疫情';

/**
 * Sound bodies of every write about a side's thing, so that only the scope can be what refuses.
 * A write that is missing here fails the test.
 */
export const BODIES: Readonly<Record<string, object>> = {
  'POST /api/alerts/:id/acknowledge': {},
  'POST /api/alerts/:id/start': {},
  'POST /api/alerts/:id/assign': { to: null },
  'POST /api/alerts/:id/close': { outcome: 'false_alarm', note: reason },
  'POST /api/alerts/:id/reopen': { reason },
  'POST /api/alerts/:id/comments': { note: reason },
  'POST /api/tasks/:id/accept': {},
  'POST /api/tasks/:id/pass': {},
  'POST /api/tasks/:id/return': { reason },
  'POST /api/tasks/:id/transfer': { areaCode: COMMUNITY, reason },
  'POST /api/tasks/:id/answer': { result: 'not_reached', fields: {} },
  'POST /api/tasks/:id/close': {},
  'POST /api/tasks/:id/supervise': { note: reason, dueAt: T0 + 3_600_000 },
  'POST /api/tasks/:id/undo': {},
  'POST /api/tasks/:id/phone': { purpose: reason },
  'POST /api/people/:id/phone': { purpose: reason },
  'POST /api/people/:id/ties': {
    ...{ relation: 'stays', areaCode: COMMUNITY, until: null, reason },
  },
  'POST /api/people/:id/companions': {
    ...{ from: T0 - 3_600_000, until: T0, minutes: 10, purpose: reason },
  },
  'POST /api/ties/:id/accept': {},
  'POST /api/ties/:id/decline': { reason },
  'POST /api/ties/:id/end': { reason },
  'POST /api/grants/:id/review': { verdict: 'justified', note: reason },
  'POST /api/misuse/:id/judge': { judgement: 'cleared', note: reason },
  'PUT /api/actors/:id/password': { password: 'a long enough phrase' },
  'PUT /api/actors/:id/active': { active: false },
  'POST /api/actors/:id/keys': { label: 'test', days: 30 },
  'DELETE /api/actors/:id/keys/:keyId': {},
  'DELETE /api/actors/:id/sessions': {},
  'DELETE /api/actors/:id/factors': {},
  'PUT /api/posts/:id/roster': { shifts: [], overrides: [] },
};

/**
 * Refusals that may come before the scope is asked, since they tell nothing of what lies there: no
 * live order, a factor that must be proven again.
 */
export const EARLIER = ['no-mandate', 'prove-again'];

/** Lists whose every line lies in an area: what is near must be there, or the test proves nothing. */
export const SHOWS_NEAR: readonly string[] = [
  '/api/people',
  '/api/alerts',
  '/api/signals',
  '/api/tasks',
  '/api/posts',
  '/api/entries',
  '/api/lists/:id/members',
  '/api/people/:id/timeline',
  '/api/places/:id/records',
  '/api/tasks/board',
  '/api/command/map',
  '/api/ties',
  '/api/grants',
  '/api/misuse',
];

/** Streams and files: asked by tests of their own. */
export const NOT_ASKED: readonly string[] = ['/api/live'];
