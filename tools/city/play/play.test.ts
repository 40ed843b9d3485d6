import assert from 'node:assert/strict';
import { createServer as createHttp } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { makeCity } from '../city.ts';
import { SMALL_MAP } from '../map/geography.ts';
import { feed } from '../records/feed.ts';
import { SOURCES } from '../records/sources.ts';
import { playLive } from './live.ts';
import { play } from './play.ts';

const city = makeCity({ seed: 5, persons: 5000, map: SMALL_MAP });
const rows = [...feed(city, { fromDay: '2026-11-18', toDay: '2026-11-18' })];
const keys = new Map(SOURCES.map((s) => [s.code, `key-of-${s.code}`]));
const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

/** A receiver outside the house: busy at first, then taking everything once per Idempotency-Key. */
async function receiver(busyFor: number) {
  const taken = new Map<string, number>();
  let calls = 0;
  let frames = 0;
  const http = createHttp((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (c: Buffer) => chunks.push(c));
    request.on('end', () => {
      calls += 1;
      const source = request.url?.split('/').at(-1) ?? '';
      const isKnown = request.headers.authorization === `Bearer ${keys.get(source)}`;
      if (calls <= busyFor) return reply.writeHead(503, { 'retry-after': '1' }).end();
      taken.set(String(request.headers['idempotency-key']), Buffer.concat(chunks).length);
      return reply.writeHead(isKnown ? 202 : 401).end('{"batch":"b","received":1}');
    });
  });
  const mllp = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      for (const byte of chunk) {
        if (byte !== 0x1c) continue;
        frames += 1;
        socket.write('\x0bMSH|^~\\&\rMSA|AA|1\r\x1c\r');
      }
    });
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  await new Promise<void>((done) => mllp.listen(0, '127.0.0.1', done));
  return {
    target: {
      base: `http://127.0.0.1:${portOf(http)}`,
      keys,
      mllp: { host: '127.0.0.1', port: portOf(mllp) },
      wait: async () => {},
    },
    taken,
    frames: () => frames,
    close: () => {
      http.close();
      http.closeAllConnections();
      mllp.close();
    },
  };
}

test('a play pushes every row once, waits when the intake is busy, and reads every answer', async () => {
  const there = await receiver(5);
  const shares: number[] = [];
  const done = await play(rows, there.target, {
    expected: rows.length,
    run: 't',
    batchRows: 300,
    onProgress: (p) => shares.push(p.rows),
  });
  there.close();
  const hospital = rows.filter((r) => /^(his|lis)/.test(r.source)).length;
  assert.equal(done.rows, rows.length);
  assert.equal(done.uploads, there.taken.size);
  assert.ok(there.frames() >= hospital);
  assert.equal(shares.at(-1), rows.length);
});

test('a refusal that waiting will not mend is thrown with what the intake said', async () => {
  const there = await receiver(0);
  const target = { ...there.target, keys: new Map<string, string>() };
  await assert.rejects(play(rows, target, { expected: 1, run: 't' }), /refused a batch .* 401/);
  there.close();
});

test('live play drizzles at the wanted rate until it is stopped', async () => {
  const there = await receiver(0);
  const stop = new AbortController();
  let now = Date.parse('2026-11-18T12:00:00+08:00');
  const playing = playLive(city, there.target, {
    rowsPerSecond: 30,
    clock: () => {
      now += 1500;
      if (now > Date.parse('2026-11-18T12:00:30+08:00')) stop.abort();
      return now;
    },
    signal: stop.signal,
  });
  const { rows: sent } = await playing;
  there.close();
  assert.ok(sent > 100, `${sent} rows`);
});
