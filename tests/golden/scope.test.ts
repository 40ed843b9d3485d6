import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { z } from 'zod';
import { cursorOf } from '#base/paging.ts';
import type { Route } from '#platform/http/index.ts';
import { type Action, POLICY, type Reach, type Role, ROLES } from '#registers/access/index.ts';
import {
  BODIES,
  EARLIER,
  isSided,
  NOT_ASKED,
  pathFor,
  SHOWS_NEAR,
  type Side,
} from './scope/declared.ts';
import { FAR, FAR_MARK, NEAR_MARK, stageOf } from './scope/stage.ts';

/**
 * Every request of the house, asked by every role from one district, about what lies in that
 * district and what lies in the next one, and compared with the policy table: readings and writes,
 * with zero differences.
 */
const stack = new AsyncDisposableStack();
let routes: readonly Route[] = [];
let near: Side;
let far: Side;
let ask: Awaited<ReturnType<typeof stageOf>>['ask'];

before(async () => {
  ({ routes, near, far, ask } = await stageOf(stack));
});
after(() => stack.disposeAsync());

const reachOf = (role: Role, permit: string): Reach | undefined => POLICY[role][permit as Action];

/** Routes that ask for a permit: those of a session alone concern who is signed in, see signin. */
const permitted = (isRead: boolean): Route[] =>
  routes.filter(
    ({ endpoint: e }) =>
      (e.method === 'GET') === isRead && e.permit.includes('.') && !NOT_ASKED.includes(e.path),
  );

/** Ways to ask a list for another area: every parameter that names one. */
function wideningsOf({ endpoint }: Route): string[] {
  const shape = (endpoint.query as z.ZodObject | undefined)?.shape ?? {};
  const limit = 'limit' in shape ? 'limit=200&' : '';
  const names = ['area', 'areaCode'].filter((name) => name in shape);
  const asked = names.map((name) => `${limit}${name}=${FAR}`);
  for (const name of ['personId', 'person'])
    if (name in shape) asked.push(`${limit}${name}=${far.person}`);
  const needed = endpoint.path === '/api/tasks/board' ? '&tier=community' : '';
  return [limit, ...asked].map((query) => `?${query}${needed}`);
}

type Reply = Awaited<ReturnType<typeof ask>>;
/** A question that lacks a parameter it needs: past the permit, and nothing told. */
const asksMore = (reply: Reply): boolean => reply.statusCode === 400;
const codeOf = (reply: Reply): string => {
  const type = String(reply.headers['content-type']);
  return type.includes('json') ? ((reply.json() as { code?: string }).code ?? '') : '';
};
const short = (reply: Reply): string => `${reply.statusCode} ${reply.body.slice(0, 200)}`;

async function* listFaults(role: Role, reach: Reach, it: Route): AsyncGenerator<string> {
  const { path } = it.endpoint;
  for (const query of wideningsOf(it)) {
    const reply = await ask(role, 'GET', pathFor(path, near) + query);
    const what = `${path}${query}`;
    if (![200, 404].includes(reply.statusCode) && !asksMore(reply))
      yield `${what}: ${short(reply)}`;
    if (reach === 'city' || reach === 'self') continue;
    if (reply.body.includes(FAR_MARK)) yield `${what} shows the next district: ${short(reply)}`;
    if (query.includes(FAR) || query.includes('person')) continue;
    if (SHOWS_NEAR.includes(path) && !reply.body.includes(NEAR_MARK))
      yield `${what} hides the own district: ${short(reply)}`;
  }
}

async function* oneFaults(role: Role, reach: Reach, path: string): AsyncGenerator<string> {
  const inside = await ask(role, 'GET', pathFor(path, near));
  if (inside.statusCode !== 200 && !asksMore(inside)) yield `${path}: ${short(inside)}`;
  if (reach === 'city') return;
  const outside = await ask(role, 'GET', pathFor(path, far));
  const isEmpty = outside.statusCode === 200 && !outside.body.includes(FAR_MARK);
  const isList = /(timeline|records|signals|entries)$/.test(path);
  if (outside.statusCode !== 404 && !asksMore(outside) && !(isList && isEmpty))
    yield `${path} of the next district: ${short(outside)}`;
}

async function* readFaults(role: Role): AsyncGenerator<string> {
  for (const route of permitted(true)) {
    const { path, permit } = route.endpoint;
    const reach = reachOf(role, permit);
    if (!reach) {
      const reply = await ask(role, 'GET', pathFor(path, near));
      if (reply.statusCode !== 403) yield `${path} has no permit: ${short(reply)}`;
    } else if (isSided(path)) yield* oneFaults(role, reach, path);
    else yield* listFaults(role, reach, route);
  }
}

describe('what a district may read', () => {
  it('is declared: whose the thing is that each path names', () => {
    const faults = routes.flatMap(({ endpoint: { path, permit } }) => {
      if (!permit.includes('.')) return [];
      try {
        pathFor(path, near);
        return [];
      } catch (fault) {
        return [String(fault)];
      }
    });
    assert.deepEqual([...new Set(faults)], []);
  });
  for (const role of ROLES)
    it(`as ${role}, is what the policy says and lies in the district`, async () => {
      assert.deepEqual(await Array.fromAsync(readFaults(role)), []);
    });

  it('opens under a stated purpose only, where the table says so', async () => {
    for (const { endpoint } of permitted(true))
      for (const role of ROLES) {
        if (reachOf(role, endpoint.permit) !== 'named') continue;
        const reply = await ask(role, 'GET', pathFor(endpoint.path, near), undefined, '');
        assert.equal(codeOf(reply), 'purpose-needed', `${role} ${endpoint.path}`);
      }
  });
});

/** What is answered to whoever is not signed in: the ways in, and nothing else. */
const OPEN: readonly string[] = [
  'GET /api/session/oidc',
  'GET /api/session/oidc/return',
  'GET /api/session/ways',
  'POST /api/session',
  'POST /api/session/factor',
  'POST /api/session/first',
  'POST /api/session/passkey',
  'POST /api/session/passkey/options',
  'POST /api/session/phone',
  'POST /api/session/phone/code',
];

describe('who is not signed in', () => {
  it('is answered where it is meant, and 401 by every other request of the house', async () => {
    const nobody = 'nobody' as Role;
    const wrong: string[] = [];
    const open: string[] = [];
    for (const { endpoint: e } of routes) {
      if (e.permit === 'open') open.push(`${e.method} ${e.path}`);
      if (e.permit === 'open' || NOT_ASKED.includes(e.path)) continue;
      const reply = await ask(nobody, e.method, e.path.replace(/:\w+/g, '1'), {});
      if (reply.statusCode !== 401) wrong.push(`${e.method} ${e.path}: ${short(reply)}`);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(open.sort(), OPEN);
  });
});

describe('what nobody could have been given', () => {
  const ALIEN = [['x'], [1], ['x', 'y'], [9e15, 1.5], [null, null], [{}]].map((key) =>
    cursorOf(key as string[]),
  );
  /** More than a bigint holds, for whatever a parameter takes for a number. */
  const BEYOND = '9300000000000000000';
  it('an id or a cursor that is none is refused or ignored, and never a fault of the house', async () => {
    for (const route of permitted(true)) {
      const { path, permit } = route.endpoint;
      const role = ROLES.find((it) => reachOf(it, permit)) ?? 'administrator';
      const paths = ALIEN.map(
        (after) => `${pathFor(path, near)}${wideningsOf(route)[0]}&after=${after}`,
      );
      for (const id of ['3000000000', '9007199254740993', '0', '-1'])
        if (isSided(path)) paths.push(path.replace(/:\w+/g, id));
      for (const name of Object.keys(
        (route.endpoint.query as z.ZodObject | undefined)?.shape ?? {},
      ))
        paths.push(`${pathFor(path, near)}${wideningsOf(route)[0]}&${name}=${BEYOND}`);
      for (const url of paths) {
        const reply = await ask(role, 'GET', url);
        assert.ok(reply.statusCode < 500, `${role} ${url}: ${reply.body}`);
      }
    }
  });
});

describe('what a district may move', () => {
  const nameOf = ({ endpoint: e }: Route): string => `${e.method} ${e.path}`;

  it('every move of one thing that lies in an area has a sound body here, and none is left over', () => {
    const moves = permitted(false)
      .filter((it) => isSided(it.endpoint.path))
      .map(nameOf);
    const open = moves.filter((name) => !BODIES[name]);
    assert.deepEqual(open, [], 'say their sound bodies in tests/golden/scope/declared.ts (BODIES)');
    const stale = Object.keys(BODIES).filter((name) => !moves.includes(name));
    assert.deepEqual(stale, [], 'these moves are gone');
  });

  /** What the door itself says no to; a room's own refusals come later and are its own tests. */
  const isNoPermit = (reply: Reply): boolean =>
    reply.statusCode === 403 && ['no-permit', 'purpose-needed'].includes(codeOf(reply));

  async function* moveFaults(role: Role): AsyncGenerator<string> {
    for (const route of permitted(false)) {
      const { method, path, permit } = route.endpoint;
      const body = BODIES[nameOf(route)] ?? {};
      const reach = reachOf(role, permit);
      if (isSided(path) && reach !== undefined && reach !== 'city') {
        const outside = await ask(role, method, pathFor(path, far), body);
        const isEarly = outside.statusCode === 403 && EARLIER.includes(codeOf(outside));
        if (outside.statusCode !== 404 && !isEarly)
          yield `${nameOf(route)} of the next district: ${short(outside)}`;
      }
      const inside = await ask(role, method, pathFor(path, near), body);
      if (inside.statusCode >= 500) yield `${nameOf(route)}: ${short(inside)}`;
      if (isNoPermit(inside) !== (reach === undefined)) yield `${nameOf(route)}: ${short(inside)}`;
    }
  }

  for (const role of ROLES)
    it(`as ${role}, is what the policy says and never lies in the next district`, async () => {
      assert.deepEqual(await Array.fromAsync(moveFaults(role)), []);
    });
});
