import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import type { Actor } from '#base/access.ts';
import { endpoint } from '#base/contract.ts';
import { refuse } from '#base/refusal.ts';
import { buildHttp, route } from '#platform/http/index.ts';
import { newSigner, publicKeysIn, signDocument } from '#platform/secrets/index.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import type { EntryView } from './contract.ts';
import {
  aboutPersons,
  linkEntries,
  markChain,
  patrolChain,
  traceNotes,
  traceRoutes,
  writeEntry,
} from './index.ts';

const NOW = Date.UTC(2026, 10, 22, 3);
const words = { zh: '试', en: 'Try' };
const byId = z.object({ id: z.coerce.number().int() });
const line = z.object({ personId: z.number().nullable(), name: z.string() });
const MISSING = refuse('missing', 'no-such-person', { zh: '没有此人。', en: 'Nobody.' });

const at = <M extends 'GET' | 'POST', P extends `/api/${string}`>(method: M, path: P) => ({
  method,
  path,
  summary: words,
  params: byId.partial(),
  answer: z.object({ rows: z.array(line) }),
});
const readAlerts = endpoint({ ...at('GET', '/api/alerts'), permit: 'alert.read' });
const readAlert = endpoint({ ...at('GET', '/api/alerts/:id'), permit: 'alert.read' });
const closeAlert = endpoint({ ...at('POST', '/api/alerts/:id/close'), permit: 'alert.close' });
const moveTask = endpoint({ ...at('POST', '/api/tasks/:id/pass'), permit: 'task.pass' });
const ownWords = endpoint({ ...at('POST', '/api/tasks/:id/own'), permit: 'task.pass' });
const refusing = endpoint({ ...at('POST', '/api/people/:id/phone'), permit: 'person.reveal' });
const forbidden = endpoint({ ...at('GET', '/api/people/:id'), permit: 'person.read' });

const actor = (id: number, extra: Partial<Actor> = {}): Actor => ({
  id,
  login: `a${id}`,
  name: `职员${id}`,
  roles: ['investigator'],
  areaCode: '429001000000',
  unit: 'cdc',
  ...extra,
});
const ACTORS = new Map<string, Actor>([
  ['clerk', actor(7)],
  ['supervisor', actor(8, { roles: ['supervisor'] })],
  ['resident', actor(9, { roles: ['resident'], personId: 31 })],
  ['guesser', actor(10)],
]);

let fresh: FreshDatabase;
let app: Awaited<ReturnType<typeof buildHttp>>['app'];
let now = NOW;

const people = (...ids: (number | null)[]) => ({
  rows: ids.map((personId) => ({ personId, name: '张*' })),
});

before(async () => {
  fresh = await freshDatabase();
  const { db } = fresh;
  const ROLE = { investigator: { zh: '流调员', en: 'Investigator' } };
  ({ app } = await buildHttp({
    db,
    clock: () => now,
    onFault: (fault) => assert.fail(fault as Error),
    gate: {
      authenticate: async (token) => ACTORS.get(token),
      scopeFor: (who, permit, purpose) =>
        who.id === 10 && permit === 'person.read'
          ? refuse('forbidden', 'no-permit', words)
          : { actor: who, areaPrefix: '429001', purpose },
      ...traceNotes(db),
    },
    routes: [
      ...traceRoutes({
        namesOf: async (_tx, ids) => new Map(ids.map((id) => [id, `职员${id}`])),
        roleWords: (role) => ROLE[role as 'investigator'],
      }),
      route(readAlerts, async () => people(31, 32, null, 31)),
      route(readAlert, async ({ params }) => (params.id === 404 ? MISSING : people())),
      route(closeAlert, ({ once }) => once(async () => people(31))),
      route(moveTask, ({ db: on }) =>
        on.tx(async (tx) => {
          aboutPersons(tx, [33]);
          return people(31);
        }),
      ),
      route(ownWords, ({ once, params, actor: who }) =>
        once(async (tx) => {
          const said = { action: 'task.own', subject: `task:${params.id}`, purpose: '自述' };
          await writeEntry(tx, {
            ...said,
            at: NOW,
            actor: who,
            areaCode: who.areaCode,
            persons: [34],
          });
          return people(31);
        }),
      ),
      route(refusing, async () => MISSING),
      route(forbidden, async () => people()),
    ],
  }));
});
after(async () => {
  await app.close();
  await fresh.drop();
});

const ask = (
  who: string,
  method: 'GET' | 'POST',
  url: string,
  headers: Record<string, string> = {},
) => app.inject({ method, url, headers: { authorization: `Bearer ${who}`, ...headers } });
const link = () => linkEntries(fresh.db, { algorithm: 'sha256' }, now);

let seen = 0;
type Line = {
  action: string;
  subject: string;
  purpose: string;
  persons: number[];
  actorId: number;
};
/** What was written since this was last asked. */
async function news(): Promise<Line[]> {
  const rows = await fresh.db.read((tx) =>
    tx.rows<Line & { id: number }>(
      `select id, action, subject, purpose, persons, actor_id as "actorId"
       from trace.entry where id > $1 order by id`,
      [seen],
    ),
  );
  seen = rows.at(-1)?.id ?? seen;
  return rows.map(({ action, subject, purpose, persons, actorId }) => {
    return { action, subject, purpose, persons, actorId };
  });
}

test('a list leaves one entry with everybody it showed, with the stated purpose', async () => {
  const purpose = encodeURIComponent('核查聚集性疫情');
  await ask('clerk', 'GET', '/api/alerts', { 'x-purpose': purpose });
  assert.deepEqual(await news(), [
    {
      action: 'alert.read',
      subject: 'alert',
      purpose: '核查聚集性疫情',
      persons: [31, 32],
      actorId: 7,
    },
  ]);
  await ask('clerk', 'GET', '/api/alerts/5');
  assert.deepEqual(await news(), [], 'an answer about nobody leaves none');
});

test('a write leaves exactly one entry: by the door, or the better one of the verb', async () => {
  const entry = { purpose: '', actorId: 7 };
  await ask('clerk', 'POST', '/api/alerts/17/close');
  assert.deepEqual(await news(), [
    { ...entry, action: 'alert.close', subject: 'alert:17', persons: [31] },
  ]);
  await ask('clerk', 'POST', '/api/tasks/4/pass');
  assert.deepEqual(await news(), [
    { ...entry, action: 'task.pass', subject: 'task:4', persons: [33] },
  ]);
  await ask('clerk', 'POST', '/api/tasks/4/own');
  assert.deepEqual(await news(), [
    { ...entry, purpose: '自述', action: 'task.own', subject: 'task:4', persons: [34] },
  ]);
});

test('a write sent twice under one key is one entry', async () => {
  const key = { 'idempotency-key': 'once' };
  await ask('clerk', 'POST', '/api/alerts/18/close', key);
  assert.equal((await ask('clerk', 'POST', '/api/alerts/18/close', key)).statusCode, 200);
  assert.deepEqual(
    (await news()).map((it) => it.subject),
    ['alert:18'],
  );
});

test('who is refused a person leaves a line with the id, and no reading of them', async () => {
  assert.equal((await ask('clerk', 'POST', '/api/people/77/phone')).statusCode, 404);
  assert.equal((await ask('clerk', 'GET', '/api/alerts/404')).statusCode, 404);
  assert.equal((await ask('guesser', 'GET', '/api/people/78')).statusCode, 403);
  const lines = (await news()).map((it) => [it.action, it.subject, it.purpose, it.persons.length]);
  assert.deepEqual(lines, [
    ['person.reveal.refused', 'person:77', 'no-such-person', 0],
    ['alert.read.refused', 'alert:404', 'no-such-person', 0],
    ['person.read.refused', 'person:78', 'no-permit', 0],
  ]);
});

test('a machine that guesses ids writes thirty lines a minute, and the sum', async () => {
  now += 120_000;
  for (let id = 1; id <= 40; id++) await ask('guesser', 'GET', `/api/people/${id}`);
  assert.equal((await news()).length, 30);
  now += 60_000;
  await ask('guesser', 'GET', '/api/people/41');
  assert.deepEqual(
    (await news()).map((it) => it.purpose),
    ['no-permit +10'],
  );
});

test('a supervisor asks by person, actor, action, subject and time, page by page', async () => {
  const list = async (query: string): Promise<{ rows: EntryView[]; next: string | null }> =>
    (await ask('supervisor', 'GET', `/api/entries?${query}`)).json();
  const before = (await list('person=31')).rows.map((row) => row.id);
  assert.ok(before.length >= 3, 'the newest need no linker');
  await link();
  assert.deepEqual(
    (await list('person=31')).rows.map((row) => row.id),
    before,
  );
  const first = await list('person=31&limit=2');
  const second = await list(`person=31&limit=2&after=${first.next}`);
  assert.deepEqual(
    [...first.rows, ...second.rows].map((row) => row.id),
    before.slice(0, 4),
  );
  const [row] = (await list('action=alert.close&subject=alert:17&actorId=7')).rows;
  assert.deepEqual(row?.persons, [31]);
  assert.equal(row?.actorName, '职员7');
  assert.deepEqual(row?.roles, [{ zh: '流调员', en: 'Investigator' }]);
  assert.equal((await list('action=alert.close&actorId=8')).rows.length, 0);
  assert.equal((await list(`until=${NOW}`)).rows.length, 0);
  assert.ok((await list(`from=${NOW}&until=${NOW + 1}`)).rows.length > 5);
  assert.equal((await list('area=429002000000')).rows.length, 0);
  const own = (await ask('supervisor', 'GET', '/api/people/31/entries')).json() as typeof first;
  assert.deepEqual(
    own.rows.map((it) => it.id),
    before,
  );
  await news();
});

test('a resident sees who looked, by office and purpose, and no clerk’s name', async () => {
  const reply = await ask('resident', 'GET', '/api/self/entries');
  const { rows } = reply.json() as { rows: Record<string, unknown>[] };
  const closing = rows.find((row) => row['action'] === 'alert.close');
  assert.deepEqual(closing?.['roles'], [{ zh: '流调员', en: 'Investigator' }]);
  assert.equal(closing?.['unit'], 'cdc');
  assert.ok(!reply.body.includes('职员7') && !reply.body.includes('actorId'));
  assert.ok(
    rows.every((row) => row['action'] !== 'task.own'),
    'nothing about others',
  );
  const stranger = await ask('clerk', 'GET', '/api/self/entries');
  assert.deepEqual(stranger.json(), { rows: [], next: null });
});

test('the desk is told how the chain stands, and what the patrol found', async () => {
  const signer = newSigner();
  await link();
  await markChain(fresh.db, { signer, keep: async () => undefined }, now);
  const keys = publicKeysIn(signer.publicPem);
  assert.deepEqual(await patrolChain(fresh.db, { keys }, now), []);
  await ask('clerk', 'POST', '/api/alerts/19/close');
  const chain = (await ask('supervisor', 'GET', '/api/entries/chain')).json();
  assert.equal(chain.waiting, 1);
  assert.equal(chain.checkpoint.seq, chain.links);
  assert.deepEqual(chain.verified, { seq: chain.links, at: now, faults: [] });
  const seq = chain.links + 50;
  const kept = [
    signDocument(signer, {
      kind: 'fenghuo.checkpoint.1' as const,
      seq,
      at: now,
      algorithm: 'sha256',
      hash: '00',
    }),
  ];
  for (let turn = 0; turn < 2; turn++) await patrolChain(fresh.db, { keys, kept }, now);
  const { verified } = (await ask('supervisor', 'GET', '/api/entries/chain')).json();
  assert.equal(verified.faults.length, 1, 'each is remembered once');
  const [fault] = verified.faults;
  assert.deepEqual([fault.kind, fault.seq], ['chain-short', seq]);
  assert.match(fault.words.zh, /数据库被整体替换/);
});
