import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { after, before, describe, it } from 'node:test';
import { isRefusal } from '#base/refusal.ts';
import { areaDirectory } from '#registers/areas/index.ts';
import { placeDirectory } from '#registers/places/index.ts';
import { taskFigures } from '#response/tasks/index.ts';
import { alertFigures } from '#watch/alerts/index.ts';
import { COMMUNITY, DISTRICT, ruleDoc, smallCity, T0 } from '../../../tests/builders/loop.ts';
import { LIVE_PER_ACTOR_MAX, liveFeed, type LiveFeed } from './live.ts';
import { mapOf } from './map.ts';
import { movingBaseline, per10000, trendDays, TREND_DAYS } from './model.ts';
import { entryOf, mayHear } from './shown.ts';
import { figuresOf } from './summary.ts';

describe('trend', () => {
  it('the baseline is the mean of the seven days before, and none before there are seven', () => {
    const line = movingBaseline([7, 7, 7, 7, 7, 7, 7, 100, 0]);
    assert.deepEqual(
      line.slice(0, 7),
      Array.from({ length: 7 }, () => null),
    );
    assert.equal(line[7], 7);
    assert.equal(line[8], (6 * 7 + 100) / 7);
  });
  it('28 civil days end with today', () => {
    const days = trendDays(T0);
    assert.equal(days.length, TREND_DAYS);
    assert.equal(days.at(-1), '2026-03-02');
  });
  it('a rate without a population is not a number', () => {
    assert.equal(per10000(3, 20_000), 1.5);
    assert.equal(per10000(3, 0), null);
  });
});

let city: Awaited<ReturnType<typeof smallCity>>;
let feed: LiveFeed;
let server: Server;
let port = 0;

before(async () => {
  city = await smallCity();
  feed = liveFeed({ db: city.db, onError: (fault) => assert.fail(String(fault)) });
  server = createServer((request, raw) => follow(request, raw));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
after(async () => {
  feed.stop();
  server.close();
  await city.drop();
});

/** Mounts the feed as the lead does; the login stands in the path. */
function follow(request: IncomingMessage, raw: ServerResponse): void {
  const reply = { raw, hijack: () => undefined } as unknown as FastifyReply;
  const login = (request.url ?? '').slice(1);
  feed.follow(request as unknown as FastifyRequest, reply, city.scope(login)).catch(assert.fail);
}

/** A screen: what it was sent so far, and how to wait for a text. */
function screen(login: string, lastId?: string) {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  const resume = lastId ? `Last-Event-ID: ${lastId}\r\n` : '';
  socket.write(`GET /${login} HTTP/1.1\r\nHost: x\r\n${resume}\r\n`);
  const until = async (part: string): Promise<string> => {
    for (let i = 0; i < 300 && !text.includes(part); i++)
      await new Promise((done) => setTimeout(done, 10));
    assert.ok(text.includes(part), `${part} in ${text}`);
    return text;
  };
  return { until, said: () => text, close: () => socket.destroy() };
}

describe('live feed', () => {
  it('shows an alert to its district and nothing to the neighbours', async () => {
    const [near, far] = [screen('district'), screen('neighbour')];
    await near.until('retry');
    await far.until('retry');
    await city.signal([{ personId: 1, areaCode: COMMUNITY }]);
    await city.hear();
    const said = await near.until('event: alert.raised');
    assert.match(said, /event: task.dispatched/);
    await new Promise((done) => setTimeout(done, 50));
    assert.doesNotMatch(far.said(), /event:/);
    near.close();
    far.close();
  });
  it('resumes after the last id with what was missed', async () => {
    const again = screen('district', '1');
    const said = await again.until('event: alert.raised');
    assert.match(said, /id: \d+\nevent: alert.raised\ndata: \{.*"level":3/);
    again.close();
  });
  it('forgets a screen that left', async () => {
    for (let i = 0; i < 100 && feed.count() > 0; i++)
      await new Promise((done) => setTimeout(done, 10));
    assert.equal(feed.count(), 0);
  });
  it('a stream ends by itself, so that its screen comes back through the door', async () => {
    const short = liveFeed({ db: city.db, onError: () => undefined, lifeMs: 50 });
    const door = createServer((request, raw) => {
      const reply = { raw, hijack: () => undefined } as unknown as FastifyReply;
      void short.follow(request as unknown as FastifyRequest, reply, city.scope('district'));
    });
    await once(door.listen(0, '127.0.0.1'), 'listening');
    const { port: at } = door.address() as { port: number };
    const headers = { 'last-event-id': '1' };
    const said = await (await fetch(`http://127.0.0.1:${at}/`, { headers })).text();
    assert.match(said, /id: \d+\n\n$/, 'it says where to go on');
    door.close();
  });
  it('what happens once a screen was answered is heard, and one person has a share of screens', async () => {
    const busy = liveFeed({ db: city.db, onError: () => undefined });
    const codes: string[] = [];
    const door = createServer((request, raw) => {
      const reply = { raw, hijack: () => undefined } as unknown as FastifyReply;
      const scope = city.scope('district');
      void busy.follow(request as unknown as FastifyRequest, reply, scope).then((answer) => {
        if (!isRefusal(answer)) return;
        codes.push(answer.code);
        raw.end();
      });
    });
    await once(door.listen(0, '127.0.0.1'), 'listening');
    const { port: at } = door.address() as { port: number };
    const ask = () => fetch(`http://127.0.0.1:${at}/`);
    const first = await ask();
    await city.signal([{ personId: 1 }]);
    await city.hear();
    const reader = first.body?.getReader();
    let said = '';
    while (!said.includes('event: alert.grown'))
      said += new TextDecoder().decode((await reader?.read())?.value);
    for (let n = 1; n <= LIVE_PER_ACTOR_MAX; n++) await ask();
    assert.deepEqual(codes, ['live-full-mine']);
    busy.stop();
    door.close();
  });
  it('who may not read alerts hears of tasks only', () => {
    assert.equal(mayHear(city.actor('worker'), 'alert.raised'), false);
    assert.equal(mayHear(city.actor('worker'), 'task.changed'), true);
    assert.equal(mayHear(city.actor('street'), 'alert.raised'), true);
  });
  it('a fact of another room or area is not shown', () => {
    const fact = {
      id: 1,
      key: '1',
      toldAt: 0,
      kind: 'list.changed',
      body: { listId: 'x' },
    } as const;
    assert.equal(entryOf(fact, ''), undefined);
  });
  it('a hand-over and a break-glass are heard on both sides, each under its own area; an order by all', () => {
    const [near, far] = ['990102001001', '990103001001'];
    const at = { id: 1, key: '1', toldAt: 0 } as const;
    const side = { grantId: 1, actorId: 2, personId: 3, areaCode: near, until: 9 };
    const glass = { ...at, kind: 'glass.broken', body: { ...side, personArea: far } } as const;
    assert.equal(entryOf(glass, '990102')?.areaCode, near);
    assert.equal(entryOf(glass, '990103')?.areaCode, far);
    assert.equal(entryOf(glass, '990104'), undefined);
    assert.doesNotMatch(JSON.stringify(entryOf(glass, '990102')), /990103|person/i);
    const tie = { tieId: 1, personId: 3, areaCode: near, fromArea: far, state: 'proposed' };
    assert.ok(entryOf({ ...at, kind: 'tie.changed', body: tie }, '990103'));
    const order = { mandateId: 1, functions: [], ending: 'expired' };
    assert.ok(entryOf({ ...at, kind: 'mandate.ended', body: order }, '990104'));
    assert.equal(mayHear(city.actor('worker'), 'mandate.ended'), true);
    assert.equal(mayHear(city.actor('district'), 'glass.broken'), false);
    assert.equal(mayHear(city.actor('street'), 'misuse.alarmed'), false);
  });
});

describe('figures and map', () => {
  it('every figure says what it counts, and the levels add up', async () => {
    await city.signal([{ personId: 2, rule: ruleDoc({ id: 'red', level: 1 }) }]);
    await city.hear();
    const scope = city.scope('district');
    const figures = await city.db.read(async (tx) =>
      figuresOf(
        await alertFigures(tx, scope, undefined, T0),
        await taskFigures(tx, scope, undefined, T0),
        0,
        undefined,
      ),
    );
    const value = (id: string) => figures.find((f) => f.id === id)?.value;
    assert.equal(value('alertsLive'), 2);
    assert.equal(value('alertsRed'), 1);
    assert.equal(value('tasksOpen'), 2);
    for (const f of figures) assert.ok(f.definition.zh.length > 4 && f.definition.en.length > 4);
  });
  it('the map counts by area, names zeros, and places points', async () => {
    const registers = {
      areas: await areaDirectory(city.db),
      places: await placeDirectory(city.db),
    };
    const map = await city.db.read((tx) =>
      mapOf(tx, city.scope('chief'), registers, { tier: 'district' }, T0),
    );
    assert.deepEqual(
      map.areas.map((a) => [a.areaCode, a.live, a.byLevel]),
      [
        [DISTRICT, 2, [1, 0, 1, 0]],
        ['429902000000', 0, [0, 0, 0, 0]],
      ],
    );
    assert.equal(map.points.length, 2);
    assert.equal(map.points[0]?.precise, false);
  });
});
