import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HOUSE } from '#base/access.ts';
import { HOUR } from '#base/time.ts';
import { buildHttp } from '#platform/http/index.ts';
import { drain } from '#platform/outbox/index.ts';
import { vaultOf } from '#platform/secrets/index.ts';
import {
  authenticate,
  beginSession,
  createActor,
  type Role,
  scopeFor,
} from '#registers/access/index.ts';
import { type FreshDatabase, freshDatabase } from '../../../../tests/builders/database.ts';
import { rootKey } from '../../../platform/secrets/keys.ts';
import { newResolver } from '../resolver/resolve.ts';
import { peopleRoutes } from '../routes.ts';
import { sightRoutes } from './routes.ts';
import { endDueTies, endReplacedTies } from './ties.ts';

const NOW = Date.parse('2026-03-02T01:00:00Z');
const NEAR = '429001000000';
const FAR = '429002000000';
const vault = vaultOf([rootKey(Buffer.alloc(32, 1))]);
const reason = '患者转入本区医学观察';
let fresh: FreshDatabase;
let http: Awaited<ReturnType<typeof buildHttp>>;
let zhang = 0;
let li = 0;
const tokens = new Map<string, string>();

const seen = (idNo: string, name: string, phone: string, areaCode: string) => ({
  ...{ idType: 'citizen' as const, idNo, name, phone, areaCode, at: NOW, sourceId: 1 },
  record: idNo,
});

before(async () => {
  fresh = await freshDatabase();
  const { db } = fresh;
  const resolver = newResolver(vault, { places: { byCode: new Map() } });
  const rows = [
    seen('11010519491231002X', '张桂兰', '13800138000', '429001002003'),
    seen('440524188001010014', '李建国', '13900139000', '429001002003'),
  ];
  const found = await resolver.resolve(db, rows, NOW);
  [zhang, li] = [found[0]?.person ?? 0, found[1]?.person ?? 0];
  const staff: [string, Role, string][] = [
    ['near', 'district_officer', NEAR],
    ['near-epi', 'epidemiologist', NEAR],
    ['far', 'district_officer', FAR],
    ['far-epi', 'epidemiologist', FAR],
    ['third', 'district_officer', '429003000000'],
    ['far-watch', 'supervisor', FAR],
    ['city-watch', 'supervisor', '429000000000'],
    ['officer', 'data_protection_officer', '429000000000'],
    ['clerk', 'data_steward', '429000000000'],
  ];
  await db.tx(async (tx) => {
    for (const [login, role, areaCode] of staff) {
      const input = { login, name: login, roles: [role], areaCode, password: null };
      const made = await createActor(tx, HOUSE, input, NOW);
      assert.ok(!('refused' in made));
      const how = { method: 'password' as const };
      const actor = { ...made, personId: undefined } as never;
      tokens.set(login, (await beginSession(tx, actor, how, NOW)).token);
    }
  });
  http = await buildHttp({
    db,
    clock: () => NOW,
    gate: { authenticate: (token, at) => authenticate(db, token, at), scopeFor },
    routes: [...peopleRoutes({ vault }), ...sightRoutes({ vault, db })],
    onFault: (fault) => assert.fail(fault as Error),
  });
});
after(async () => {
  await http.app.close();
  await fresh.drop();
});

async function ask(login: string, method: 'GET' | 'POST', url: string, payload?: object) {
  const authorization = `Bearer ${tokens.get(login)}`;
  const reply = await http.app.inject({
    ...{ method, url, headers: { authorization } },
    ...(payload ? { payload } : {}),
  });
  return { status: reply.statusCode, body: reply.json() };
}
const opens = async (login: string, id = zhang) =>
  (await ask(login, 'GET', `/api/people/${id}`)).status === 200;

/** What the worker does with the facts told since it last asked, hearing each twice. */
const work = () =>
  drain(
    fresh.db,
    { 'tie.changed': [{ name: 'people.endReplacedTies', react: endReplacedTies }] },
    () => NOW,
    { hearTwice: true },
  );

test('a patient handed to another district is seen by both until it accepts, and by both after', async () => {
  assert.equal(await opens('far'), false);
  const tie = { relation: 'responsible', areaCode: FAR, until: null, reason };
  const asked = await ask('near', 'POST', `/api/people/${zhang}/ties`, tie);
  assert.equal(asked.status, 200, JSON.stringify(asked.body));
  assert.equal(asked.body.state, 'proposed');
  assert.ok((await opens('near')) && (await opens('far')), 'nobody vanishes while it waits');
  const again = await ask('near-epi', 'POST', `/api/people/${zhang}/ties`, tie);
  assert.equal(again.body.code, 'tie-there');
  const incoming = await ask('far', 'GET', '/api/ties?state=proposed');
  assert.deepEqual(
    incoming.body.rows.map((it: { id: number; mayDecide: boolean }) => [it.id, it.mayDecide]),
    [[asked.body.id, true]],
  );
  assert.equal(incoming.body.rows[0].reason, reason);
  assert.equal((await ask('near', 'GET', '/api/ties?state=proposed')).body.rows.length, 0);
  const own = await ask('near', 'POST', `/api/ties/${asked.body.id}/accept`);
  assert.equal(own.status, 404, 'the giving side does not accept for the other');
  const done = await ask('far', 'POST', `/api/ties/${asked.body.id}/accept`);
  assert.equal(done.body.state, 'accepted');
  assert.equal((await ask('far', 'POST', `/api/ties/${asked.body.id}/accept`)).status, 409);
  const list = await ask('far', 'GET', '/api/people');
  assert.deepEqual(
    list.body.rows.map((it: { id: number; relation: string }) => [it.id, it.relation]),
    [[zhang, 'responsible']],
  );
  const found = await ask('far', 'POST', '/api/people/search', { name: '张桂兰' });
  assert.equal(found.status, 200, 'found by name where the tie lies');
  assert.equal(found.body.rows[0].relation, 'responsible');
});

test('handed on, the responsibility of the giving area ends with the acceptance and not before', async () => {
  const back = { relation: 'responsible', areaCode: '429003000000', until: null, reason };
  const asked = await ask('far', 'POST', `/api/people/${zhang}/ties`, back);
  await work();
  assert.ok(await opens('far'), 'not before');
  assert.equal((await ask('third', 'POST', `/api/ties/${asked.body.id}/accept`)).status, 200);
  await work();
  assert.equal(await opens('far'), false);
  assert.ok(await opens('near'), 'who lives there is seen there still');
  const entries = await fresh.db.read((tx) =>
    tx.rows<{ action: string }>(
      `select action from trace.entry where action like 'tie.%' order by id`,
    ),
  );
  assert.deepEqual(
    entries.map((it) => it.action),
    ['tie.propose', 'tie.accept', 'tie.propose', 'tie.accept', 'tie.end'],
  );
});

test('a declined hand-over shows the person no more; one past its time ends by itself', async () => {
  const tie = { relation: 'stays', areaCode: FAR, until: NOW + HOUR, reason };
  const first = await ask('near', 'POST', `/api/people/${li}/ties`, tie);
  assert.ok(await opens('far', li));
  assert.equal(
    (await ask('far', 'POST', `/api/ties/${first.body.id}/decline`, { reason })).status,
    200,
  );
  assert.equal(await opens('far', li), false);
  const second = await ask('near', 'POST', `/api/people/${li}/ties`, tie);
  await ask('far', 'POST', `/api/ties/${second.body.id}/accept`);
  assert.ok(await opens('far', li));
  assert.equal(await endDueTies(fresh.db, NOW + HOUR), 1);
  assert.equal(await endDueTies(fresh.db, NOW + HOUR), 0);
  assert.equal(await opens('far', li), false);
});

test('an area that sees somebody for a time does not make the sight its own', async () => {
  const until = NOW + HOUR;
  const lent = { relation: 'stays', areaCode: FAR, until, reason };
  const first = await ask('near', 'POST', `/api/people/${li}/ties`, lent);
  const prolonged = { ...lent, relation: 'responsible', until: null };
  const own = (body: object) => ask('far-epi', 'POST', `/api/people/${li}/ties`, body);
  assert.equal((await own(prolonged)).body.code, 'tie-for-oneself', 'not while it is proposed');
  await ask('far', 'POST', `/api/ties/${first.body.id}/accept`);
  assert.equal((await own(prolonged)).body.code, 'tie-for-oneself');
  assert.equal((await own({ ...prolonged, until: until + 1 })).body.code, 'tie-for-oneself');
  const within = await own({ ...prolonged, until });
  assert.equal(within.status, 200, 'as long as it may see anyway');
  await endDueTies(fresh.db, until);
  assert.equal(await opens('far', li), false);
});

test('who does not see a person hands nobody over, and another city gets nobody', async () => {
  const tie = { relation: 'works', areaCode: FAR, until: null, reason };
  assert.equal((await ask('far', 'POST', `/api/people/${li}/ties`, tie)).status, 404);
  assert.equal((await ask('clerk', 'POST', `/api/people/${li}/ties`, tie)).status, 403);
  const away = { ...tie, areaCode: '420102000000' };
  const refused = await ask('near', 'POST', `/api/people/${li}/ties`, away);
  assert.equal(refused.body.code, 'not-this-city');
});

const glass = { purpose: 'case-investigation', reason: '病例密接在外区，需核对行程' };

test('temporary access opens one person at once, for its time, told, and reviewed by another', async () => {
  const person = { phone: '139 0013 9000' };
  const asked = await ask('far-epi', 'POST', '/api/grants', { person, ...glass });
  assert.equal(asked.status, 200, JSON.stringify(asked.body));
  assert.deepEqual(asked.body, { id: asked.body.id, personId: li, until: NOW + 3 * HOUR });
  const file = await ask('far-epi', 'GET', `/api/people/${li}`);
  assert.equal(file.body.relation, 'granted');
  assert.equal(await opens('far-epi', zhang), false, 'nobody else');
  assert.equal(await opens('far', li), false, 'for nobody else');
  const told = await fresh.db.read((tx) =>
    tx.row<{ n: number }>(
      `select count(*)::int as n from outbox.facts where kind = 'glass.broken'`,
    ),
  );
  assert.equal(told?.n, 1);
  const open = await ask('far-watch', 'GET', '/api/grants?state=unreviewed');
  assert.deepEqual(
    open.body.rows.map((it: { id: number; reason: string }) => [it.id, it.reason]),
    [[asked.body.id, glass.reason]],
  );
  assert.ok(!JSON.stringify(open.body).includes('李建国'), 'a reviewer sees a number');
  const one = await ask('far-watch', 'GET', `/api/grants/${asked.body.id}`);
  assert.deepEqual(
    one.body.looked.map((it: { action: string }) => it.action),
    ['person.read'],
  );
  const verdict = { verdict: 'unjustified', note: '与在办病例无关' };
  const judged = await ask('far-watch', 'POST', `/api/grants/${asked.body.id}/review`, verdict);
  assert.equal(judged.body.verdict, 'unjustified');
  assert.equal(await opens('far-epi', li), false, 'an unjustified grant ends with the verdict');
  const twice = await ask('officer', 'POST', `/api/grants/${asked.body.id}/review`, verdict);
  assert.equal(twice.body.code, 'grant-reviewed');
});

test('one ends a grant early; a stranger does not; the reason must be in the list', async () => {
  const person = { id: zhang };
  const asked = await ask('far-epi', 'POST', '/api/grants', { person, ...glass, hours: 72 });
  assert.ok(await opens('far-epi'));
  assert.equal((await ask('near-epi', 'POST', `/api/grants/${asked.body.id}/end`)).status, 404);
  assert.equal((await ask('far-epi', 'POST', `/api/grants/${asked.body.id}/end`)).status, 200);
  assert.equal(await opens('far-epi'), false);
  const bad = await ask('far-epi', 'POST', '/api/grants', { person, ...glass, purpose: 'police' });
  assert.equal(bad.body.code, 'no-such-purpose');
  const long = await ask('far-epi', 'POST', '/api/grants', { person, ...glass, hours: 73 });
  assert.equal(long.status, 400);
  const own = await ask('near-epi', 'POST', '/api/grants', { person, ...glass });
  assert.equal(own.body.code, 'already-seen');
  const nobody = { idType: 'citizen', idNo: '11010119900307002X' };
  const none = await ask('far-epi', 'POST', '/api/grants', { person: nobody, ...glass });
  assert.equal(none.body.code, 'nobody-found');
  const searched = await fresh.db.read((tx) =>
    tx.row<{ n: number }>(
      `select count(*)::int as n from trace.entry where action = 'glass.search'`,
    ),
  );
  assert.ok((searched?.n ?? 0) >= 4, 'a search that finds nobody is an entry too');
});

test('a chain of short uses ends after twenty a day, each opened and ended at once', async () => {
  const grants = await fresh.db.read((tx) =>
    tx.row<{ n: number }>(
      `select count(*)::int as n from access.glass_grant g join access.actor a on a.id = g.actor_id
       where a.login = 'far-epi'`,
    ),
  );
  const person = { id: zhang };
  for (let n = grants?.n ?? 0; n < 20; n++) {
    const { body } = await ask('far-epi', 'POST', '/api/grants', { person, ...glass });
    assert.equal((await ask('far-epi', 'POST', `/api/grants/${body.id}/end`)).status, 200);
  }
  const stopped = await ask('far-epi', 'POST', '/api/grants', { person, ...glass });
  assert.equal(stopped.body.code, 'too-many-grants-today');
});

test('a use that nobody reviewed in 72 hours stops the next one, in the city of any reviewer', async () => {
  await fresh.db.tx((tx) =>
    tx.run(
      `update access.glass_grant set from_at = $1, until_at = $2, ended_at = null
       where verdict is null`,
      [new Date(NOW - 80 * HOUR), new Date(NOW - 73 * HOUR)],
    ),
  );
  const person = { id: zhang };
  const stopped = await ask('far-epi', 'POST', '/api/grants', { person, ...glass });
  assert.equal(stopped.body.code, 'review-overdue');
  const { body } = await ask('officer', 'GET', '/api/grants');
  const note = '核对了病例编号，属实';
  for (const it of body.rows)
    await ask('officer', 'POST', `/api/grants/${it.id}/review`, { verdict: 'justified', note });
  const free = await ask('far-epi', 'POST', '/api/grants', { person, ...glass });
  assert.equal(free.status, 200, JSON.stringify(free.body));
});
