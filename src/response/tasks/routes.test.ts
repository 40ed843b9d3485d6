import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { buildHttp } from '#platform/http/index.ts';
import { vaultOf } from '#platform/secrets/index.ts';
import { scopeFor } from '#registers/access/index.ts';
import { areaDirectory } from '#registers/areas/index.ts';
import { placeDirectory } from '#registers/places/index.ts';
import { smallCity, sure, T0 } from '../../../tests/builders/loop.ts';
import { pass } from './moves/hops.ts';
import { taskRoutes } from './routes.ts';

let city: Awaited<ReturnType<typeof smallCity>>;
let app: Awaited<ReturnType<typeof buildHttp>>['app'];
let id = 0;
let holder = '';

before(async () => {
  city = await smallCity();
  const vault = vaultOf([{ id: 1, key: randomBytes(32) }]);
  const deps = {
    areas: await areaDirectory(city.db),
    places: await placeDirectory(city.db),
    vault,
    chance: randomBytes,
  };
  ({ app } = await buildHttp({
    db: city.db,
    clock: () => T0,
    gate: { authenticate: async (token) => city.actor(token), scopeFor },
    routes: taskRoutes(deps),
    onFault: (fault) => {
      throw fault;
    },
  }));
  await city.signal([{ personId: 1 }]);
  await city.hear();
  const found = await city.db.read((tx) => tx.row<{ id: number }>('select id from tasks.task'));
  id = found?.id ?? 0;
  const task = sure(await city.db.tx((tx) => pass(tx, city.actor('street'), { id }, T0)));
  holder = task.holderId === city.actor('worker').id ? 'worker' : 'second';
});
after(async () => {
  await app.close();
  await city.drop();
});

const send = (login: string, url: string, payload?: object, key?: string) =>
  app.inject({
    method: payload ? 'POST' : 'GET',
    url,
    headers: { authorization: `Bearer ${login}`, ...(key ? { 'idempotency-key': key } : {}) },
    ...(payload ? { payload } : {}),
  });

describe('a phone that was offline', () => {
  it('reads its tasks with the form and words it needs', async () => {
    const reply = await send(holder, '/api/tasks/mine');
    assert.equal(reply.statusCode, 200, reply.body);
    const [task] = reply.json().rows;
    assert.equal(task.id, id);
    assert.ok(task.form.instruction.length > 0 && task.form.fields.length > 0);
    assert.ok(task.address.length > 0);
  });
  it('gets the first answer again for the same key and body; another body is a conflict', async () => {
    const url = `/api/tasks/${id}/answer`;
    const body = { result: 'not_reached', fields: { tried: 'phone' } };
    const first = await send(holder, url, body, 'k1');
    const again = await send(holder, url, body, 'k1');
    assert.equal(first.statusCode, 200, first.body);
    assert.deepEqual(again.json(), first.json());
    assert.equal(again.json().attempts, 1);
    const other = await send(holder, url, { ...body, note: 'x' }, 'k1');
    assert.equal(other.statusCode, 409);
    const detail = (await send(holder, `/api/tasks/${id}`)).json();
    assert.equal(detail.answers.length, 1);
    assert.equal(detail.attempts, 1);
  });
  it('a wrong answer names every field at once', async () => {
    const body = { result: 'symptoms', fields: { temperature: 'hot' } };
    const reply = await send(holder, `/api/tasks/${id}/answer`, body);
    assert.equal(reply.statusCode, 400, reply.body);
    assert.equal(reply.json().errors.length, 2);
  });
});

describe('how to reach a person', () => {
  it('is shown to who holds the task, and stands in the audit trail', async () => {
    const reply = await send(holder, `/api/tasks/${id}/phone`, {});
    assert.equal(reply.statusCode, 200, reply.body);
    // Without a reason of the worker's own the permit stands in for it.
    const entry = await city.db.read((tx) =>
      tx.row(`select action, purpose from trace.entry where subject = 'person:1'`),
    );
    assert.deepEqual(entry, { action: 'person.reveal', purpose: `task:${id} task.answer` });
  });
  it('is not shown to a colleague of the post or to the street above, who do not hold it', async () => {
    const other = holder === 'worker' ? 'second' : 'worker';
    for (const login of [other, 'street']) {
      const reply = await send(login, `/api/tasks/${id}/phone`, {});
      assert.equal(reply.json().code, 'not-held', login);
    }
  });
  it('is not shown to another community', async () => {
    const reply = await send('neighbour', `/api/tasks/${id}/phone`, {});
    assert.equal(reply.statusCode, 404, reply.body);
  });
});

describe('every list answers its contract', () => {
  for (const path of ['', '/mine', '/supervised', '/board', '/breaches', '/load'])
    it(`GET /api/tasks${path}`, async () => {
      const reply = await send('street', `/api/tasks${path}`);
      assert.ok([200, 403].includes(reply.statusCode), reply.body);
    });
});

describe('what people write about a person', () => {
  it('stands sealed in the tables and is read by who works on the task', async () => {
    const words = '住东湖路 8 号，张三同住';
    await city.signal([{ personId: 2 }]);
    await city.hear();
    const row = await city.db.read((tx) =>
      tx.row<{ id: number; alertId: number }>(
        'select id, alert_id as "alertId" from tasks.task where person_id = 2',
      ),
    );
    const url = `/api/tasks/${row?.id}`;
    await send('street', `${url}/pass`, { note: words });
    await send('chief', `${url}/supervise`, { note: words, dueAt: T0 + 1_000_000 });
    const body = { result: 'refused', fields: { refusedWhy: words }, note: words };
    const reply = await send('street', `${url}/answer`, body, 'sealed');
    assert.equal(reply.statusCode, 200, reply.body);
    const kept = await city.db.read(async (tx) => [
      await tx.rows('select row_to_json(t) as it from tasks.task t'),
      await tx.rows('select row_to_json(t) as it from tasks.history t'),
      await tx.rows('select row_to_json(t) as it from tasks.answer t'),
      await tx.rows('select row_to_json(t) as it from http.answers t'),
    ]);
    assert.ok(!JSON.stringify(kept).includes('东湖路'));
    const read = (await send('chief', url)).json();
    assert.equal(read.answers[0].fields.refusedWhy, words);
    assert.equal(read.answers[0].note, words);
    assert.equal(read.supervision.note, words);
    const lines = read.history.filter((line: { note: string }) => line.note?.includes(words));
    assert.deepEqual(
      lines.map((line: { what: string }) => line.what),
      ['pass', 'supervise', 'answer'],
    );
  });
});
