import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { z } from 'zod';
import { type Actor, HOUSE } from '#base/access.ts';
import { cursorOf } from '#base/paging.ts';
import { allRoutes } from '../../src/entry/routes.ts';
import { LAKE_STEPS, LAKE_TABLE } from '#intake/records/index.ts';
import { openLog } from '#platform/files/index.ts';
import { buildHttp, type Route } from '#platform/http/index.ts';
import { openLake } from '#platform/lake/index.ts';
import { newSigner, openMandateKeys, vaultOf } from '#platform/secrets/index.ts';
import {
  type Action,
  createActor,
  POLICY,
  type Reach,
  type Role,
  ROLES,
  scopeFor,
} from '#registers/access/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import { importPosts } from '#registers/agencies/index.ts';
import { areaDirectory, importAreas } from '#registers/areas/index.ts';
import {
  importPlaces,
  loadPlaceKinds,
  placeDirectory,
  shippedKinds,
} from '#registers/places/index.ts';
import { liveFeed } from '#views/command/index.ts';
import { addMember, installShippedLists } from '#watch/rules/index.ts';
import { COMMUNITY, DISTRICT, smallCity, sure, T0 } from '../builders/loop.ts';

/**
 * Every request of the house, asked by every role from one district, about what lies in that
 * district and what lies in the next one, and compared with the policy table.
 */
const FAR = '429902000000';
const FAR_STREET = '429902001000';
const FAR_COMMUNITY = '429902001001';
/** What no answer may hold that is given to a district for its own area. */
const FAR_MARK = '429902001';
const NEAR_MARK = '429901001';
const LIST = 'home-isolation';

type Side = {
  person: number;
  alert: number;
  task: number;
  place: number;
  post: number;
  record: number;
  actor: number;
};

const stack = new AsyncDisposableStack();
let app: Awaited<ReturnType<typeof buildHttp>>['app'];
let routes: readonly Route[] = [];
let near: Side;
let far: Side;
const actors = new Map<string, Actor>();

const RECORD_OF = { near: 2 ** 20, far: 2 ** 20 + 1 };

async function seed(city: Awaited<ReturnType<typeof smallCity>>): Promise<void> {
  await city.db.tx(async (tx) => {
    const area = (code: string) => ({ code, name: { zh: code, en: code }, lat: 30, lon: 114 });
    sure(await importAreas(tx, HOUSE, [area(FAR_STREET), area(FAR_COMMUNITY)], T0));
    await loadPlaceKinds(tx, HOUSE, shippedKinds(), T0);
    const place = (code: string, areaCode: string) => {
      return { code, areaCode, kind: 'pharmacy', name: { zh: code, en: code }, lat: 30, lon: 114 };
    };
    sure(
      await importPlaces(tx, HOUSE, [place('NEAR', COMMUNITY), place('FAR', FAR_COMMUNITY)], T0),
    );
    const words = { zh: '远岗', en: 'Far post' };
    const post = { code: 'FAR', kind: 'field' as const, name: words, agency: words, members: [] };
    sure(await importPosts(tx, HOUSE, [{ ...post, areaCode: FAR_COMMUNITY }], T0));
    await tx.run(`update people.person set area_code = $1 where id = 2`, [FAR_COMMUNITY]);
    await installShippedLists(tx, T0);
    for (const [subjectId, areaCode] of [
      [1, COMMUNITY],
      [2, FAR_COMMUNITY],
    ] as const) {
      const member = { id: LIST, subjectId, areaCode, source: 's', reason: '' };
      sure(await addMember(tx, HOUSE, member, T0));
      const line = { action: 'test', subject: `person:${subjectId}`, purpose: '' };
      await writeEntry(tx, { ...line, at: T0, actor: HOUSE, areaCode });
    }
    await tx.run(
      `insert into records.segment (id, rows, from_at, to_at, written_at) values (1, 2, $1, $1, $1)`,
      [new Date(T0)],
    );
    const farAway = { login: 'far', name: 'far', areaCode: FAR, password: null };
    const roles: Role[] = ['street_officer'];
    sure(await createActor(tx, HOUSE, { ...farAway, roles }, T0));
    for (const role of ROLES) {
      const input = { login: role.replaceAll('_', '-'), name: role, areaCode: DISTRICT };
      const actor = { ...input, roles: [role], password: null };
      actors.set(role, sure(await createActor(tx, HOUSE, actor, T0)));
    }
  });
  await city.signal([{ personId: 1 }, { personId: 2, areaCode: FAR_COMMUNITY }]);
  await city.hear();
}

async function sidesOf(
  city: Awaited<ReturnType<typeof smallCity>>,
  inside: boolean,
): Promise<Side> {
  const areaCode = inside ? COMMUNITY : FAR_COMMUNITY;
  const ids = await city.db.read((tx) =>
    tx.row<Side>(
      `select $2::int as person, $3::int as record,
        (select id from alerts.alert where area_code = $1) as alert,
        (select id from tasks.task where area_code = $1) as task,
        (select id from places.place where area_code = $1) as place,
        (select min(id) from agencies.post where area_code = $1) as post,
        (select min(id) from access.actor
          where area_code = rpad(left($1, 6), 12, '0')) as actor`,
      [areaCode, inside ? 1 : 2, inside ? RECORD_OF.near : RECORD_OF.far],
    ),
  );
  for (const id of Object.values(ids ?? { none: null }))
    assert.ok(id, 'both sides have everything');
  return ids as Side;
}

before(async () => {
  const city = await smallCity();
  stack.defer(() => city.drop());
  const home = await mkdtemp(join(tmpdir(), 'fenghuo-scope-'));
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const lake = await openLake({ home });
  stack.defer(() => lake.stop());
  await lake.migrate(LAKE_STEPS);
  await seed(city);
  [near, far] = [await sidesOf(city, true), await sidesOf(city, false)];
  const row = (it: Side, area: string) =>
    `(${it.record}, 'pharmacy_sale', fromUnixTimestamp64Milli(${T0}), ${it.person}, '${area}', ${it.place}, '${area}')`;
  await lake.run(
    `insert into ${LAKE_TABLE} (id, kind, at, person, personArea, place, placeArea)
      values ${row(near, COMMUNITY)}, ${row(far, FAR_COMMUNITY)}`,
  );
  const vault = vaultOf([{ id: 1, key: randomBytes(32) }]);
  const log = await openLog(join(home, 'log'), { vault });
  stack.defer(() => log.close());
  const live = liveFeed({ db: city.db, onError: (fault) => assert.fail(String(fault)) });
  const [areas, places] = [await areaDirectory(city.db), await placeDirectory(city.db)];
  const secrets = { vault, mandateKeys: openMandateKeys(home, vault), signer: newSigner() };
  routes = allRoutes({ db: city.db, lake, ...secrets, log, areas, places, live });
  const gate = { authenticate: async (token: string) => actors.get(token), scopeFor };
  const onFault = (fault: unknown): never => assert.fail(fault as Error);
  ({ app } = await buildHttp({ db: city.db, clock: () => T0 + 1000, gate, routes, onFault }));
  stack.defer(() => app.close());
});
after(() => stack.disposeAsync());

/** Which of a side's ids stands for `:id`; other paths name things that lie in no area. */
const ID_OF: Record<string, keyof Side> = {
  alerts: 'alert',
  tasks: 'task',
  people: 'person',
  records: 'record',
  posts: 'post',
  actors: 'actor',
};
const OTHER: Record<string, string> = {
  '/api/areas/:code': DISTRICT,
  '/api/rules/:id': 'fever-purchase',
  '/api/lists/:id': LIST,
  '/api/lists/:id/members': LIST,
};

const isSided = (path: string): boolean =>
  path === '/api/places/:id/records' ||
  (ID_OF[path.split('/')[2] ?? ''] && path.includes(':id')) === true;

function pathFor(path: string, side: Side): string {
  const other = OTHER[path];
  if (other) return path.replace(/:\w+/, other);
  const key = path.startsWith('/api/places/') ? 'place' : ID_OF[path.split('/')[2] ?? ''];
  return path.replace(/:\w+/g, key ? String(side[key]) : '1');
}

const ask = (
  role: Role,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  payload?: object,
) =>
  app.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${role}`,
      'x-purpose': encodeURIComponent('核查本区疫情'),
    },
    ...(payload ? { payload } : {}),
  });

const reachOf = (role: Role, permit: string): Reach | undefined => POLICY[role][permit as Action];

/** Ways to ask a list for another area: every parameter that names one. */
function wideningsOf({ endpoint }: Route): string[] {
  const shape = (endpoint.query as z.ZodObject | undefined)?.shape ?? {};
  const limit = 'limit' in shape ? 'limit=200&' : '';
  const names = ['area', 'areaCode'].filter((name) => name in shape);
  const asked = names.map((name) => `${limit}${name}=${FAR}`);
  if ('personId' in shape) asked.push(`${limit}personId=2`);
  const needed = endpoint.path === '/api/tasks/board' ? '&tier=community' : '';
  return [limit, ...asked].map((query) => `?${query}${needed}`);
}

const gets = (): Route[] =>
  routes.filter(
    ({ endpoint: e }) => e.method === 'GET' && e.permit.includes('.') && e.path !== '/api/live',
  );

/** Lists whose every line lies in an area: what is near must be there, or the test proves nothing. */
const SHOWS_NEAR = [
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
];

async function checkList(role: Role, reach: Reach, it: Route): Promise<void> {
  const { path } = it.endpoint;
  for (const query of wideningsOf(it)) {
    const reply = await ask(role, 'GET', pathFor(path, near) + query);
    const what = `${role} ${path}${query}`;
    assert.ok([200, 404].includes(reply.statusCode), `${what} ${reply.statusCode} ${reply.body}`);
    if (reach === 'city') continue;
    assert.ok(!reply.body.includes(FAR_MARK), `${what} shows the next district: ${reply.body}`);
    if (query.includes(FAR) || query.includes('personId')) continue;
    if (SHOWS_NEAR.includes(path))
      assert.ok(reply.body.includes(NEAR_MARK), `${what} hides the own district: ${reply.body}`);
  }
}

async function checkOne(role: Role, reach: Reach, path: string): Promise<void> {
  const inside = await ask(role, 'GET', pathFor(path, near));
  assert.equal(inside.statusCode, 200, `${role} ${path} ${inside.body}`);
  if (reach === 'city') return;
  const outside = await ask(role, 'GET', pathFor(path, far));
  const isEmpty = outside.statusCode === 200 && !outside.body.includes(FAR_MARK);
  const isList = /timeline|records$|signals$/.test(path);
  assert.ok(
    outside.statusCode === 404 || (isList && isEmpty),
    `${role} ${path} of the next district: ${outside.statusCode} ${outside.body}`,
  );
}

describe('what a district may read', () => {
  for (const role of ROLES)
    it(`as ${role}, is what the policy says and lies in the district`, async () => {
      for (const route of gets()) {
        const { path, permit } = route.endpoint;
        const reach = reachOf(role, permit);
        if (!reach) {
          const reply = await ask(role, 'GET', pathFor(path, near));
          assert.equal(reply.statusCode, 403, `${role} ${path}`);
        } else if (isSided(path)) await checkOne(role, reach, path);
        else await checkList(role, reach, route);
      }
    });
});

describe('what nobody could have been given', () => {
  const ALIEN = [['x'], [1], ['x', 'y'], [9e15, 1.5], [null, null], [{}]].map((key) =>
    cursorOf(key as string[]),
  );
  it('an id or a cursor that is none is refused or ignored, and never a fault of the house', async () => {
    for (const route of gets()) {
      const { path, permit } = route.endpoint;
      const role = ROLES.find((it) => reachOf(it, permit)) ?? 'administrator';
      const paths = ALIEN.map(
        (after) => `${pathFor(path, near)}${wideningsOf(route)[0]}&after=${after}`,
      );
      for (const id of ['3000000000', '9007199254740993', '0', '-1'])
        if (isSided(path)) paths.push(path.replace(/:\w+/g, id));
      for (const url of paths) {
        const reply = await ask(role, 'GET', url);
        assert.ok(reply.statusCode < 500, `${role} ${url}: ${reply.body}`);
      }
    }
  });
});

const reason = '核查本区疫情';
/** Sound bodies, so that only the scope can be what refuses. */
const MOVES: Record<string, object> = {
  '/api/alerts/:id/acknowledge': {},
  '/api/alerts/:id/start': {},
  '/api/alerts/:id/assign': { to: null },
  '/api/alerts/:id/close': { outcome: 'false_alarm', note: reason },
  '/api/alerts/:id/reopen': { reason },
  '/api/alerts/:id/comments': { note: reason },
  '/api/tasks/:id/accept': {},
  '/api/tasks/:id/pass': {},
  '/api/tasks/:id/return': { reason },
  '/api/tasks/:id/transfer': { areaCode: COMMUNITY, reason },
  '/api/tasks/:id/answer': { result: 'not_reached', fields: {} },
  '/api/tasks/:id/close': {},
  '/api/tasks/:id/supervise': { note: reason, dueAt: T0 + 3_600_000 },
  '/api/tasks/:id/undo': {},
  '/api/tasks/:id/phone': { purpose: reason },
  '/api/people/:id/phone': { purpose: reason },
  '/api/actors/:id/password': { password: 'a long enough phrase' },
  '/api/actors/:id/active': { active: false },
  '/api/posts/:id/roster': { shifts: [], overrides: [] },
};

describe('what a district may move', () => {
  it('every move of one alert, task, person, post or account is among those tried', () => {
    const moves = routes
      .filter(({ endpoint: e }) => e.method !== 'GET' && isSided(e.path))
      .map(({ endpoint: e }) => e.path);
    assert.deepEqual(
      [...new Set(moves)].sort(),
      [...Object.keys(MOVES), '/api/alerts/bulk/:id/undo'].sort(),
    );
  });
  for (const role of ROLES)
    it(`as ${role}, never lies in the next district`, async () => {
      for (const { endpoint } of routes) {
        const { method, path, permit } = endpoint;
        const body = MOVES[path];
        if (!body || method === 'GET') continue;
        const reach = reachOf(role, permit);
        const reply = await ask(role, method, pathFor(path, far), body);
        const expected = reach ? 404 : 403;
        // The city's administrators set rosters anywhere.
        if (reach === 'city') continue;
        assert.equal(reply.statusCode, expected, `${role} ${method} ${path}: ${reply.body}`);
      }
    });
});
