import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import * as iconv from 'iconv-lite';
import { accountOf, checkIdentity } from '../account.ts';
import { quarantineCsv } from '../export.ts';
import { mendRow } from '../mend.ts';
import { quarantinePage } from '../quarantine.ts';
import { errorCounts, lineageOf } from '../store.ts';
import { backlogGate } from './backlog.ts';
import { recoverIntake } from './recover.ts';
import { anIntake, ndjson, sale } from '../../../../tests/builders/intake.ts';
import { HOUSE } from '#base/access.ts';

type House = Awaited<ReturnType<typeof anIntake>>;

async function cityOf(house: House) {
  const { city, holds } = await house.db.read((tx) => accountOf(tx, 0));
  assert.ok(holds);
  assert.deepEqual(await house.db.read(checkIdentity), []);
  return [city.received, city.admitted, city.quarantined, city.duplicate, city.pending];
}

const CSV_HEAD = '姓名,电话,时间,药店编码,药品类别,数量';
const csvLine = (n: number): string => {
  const it = sale(n);
  return `${it.name},${it.phone},${it.at},P001,N02B,1`;
};

test('three bad rows of ten thousand: the rest is admitted, each bad one keeps all its errors', async () => {
  const house = await anIntake();
  try {
    const lines = Array.from({ length: 10_000 }, (_, n) => csvLine(n));
    lines[10] = '张三,1380,never,nowhere,N02B,-1';
    lines[5_000] = '李四,1';
    lines[9_999] = ',,2026-01-01,P001,N02B,x';
    const csv = iconv.encode([CSV_HEAD, ...lines].join('\n'), 'gb18030');
    const url = await house.push(csv, 'text/csv; charset=gb18030');
    // Neither the rows nor the source name a kind: that too is an error, of each row.
    assert.equal(url.status, 202);
    await house.drain();
    assert.deepEqual(await cityOf(house), [10_000, 0, 10_000, 0, 0]);
    const withKind = csv.toString('latin1').replace('\n', `,类型\n`).split('\n');
    const body = withKind.map((line, i) => (i === 0 ? line : `${line},pharmacy_sale`)).join('\n');
    const headed = iconv.encode(`${CSV_HEAD},类型`, 'gb18030').toString('latin1');
    const fixed = Buffer.from([headed, ...body.split('\n').slice(1)].join('\n'), 'latin1');
    const { body: receipt } = await house.push(fixed, 'text/csv; charset=gb18030');
    assert.equal(receipt.received, 10_000);
    await house.drain();
    assert.deepEqual(await cityOf(house), [20_000, 9_997, 10_003, 0, 0]);
    const bad = await house.db.read((tx) =>
      quarantinePage(tx, { limit: 10, batchId: String(receipt.batch) }),
    );
    assert.deepEqual(
      bad.rows.map((it) => [it.rowNo, it.errors.map((e) => `${e.path}:${e.code}`).sort()]),
      [
        [10, ['at:type', 'placeCode:unknown-place', 'quantity:range']],
        [5_000, [':field-count']],
        [9_999, ['idNo:missing', 'quantity:type']],
      ],
    );
  } finally {
    await house.close();
  }
});

test('rows said again while the step before is still being written are duplicates of its records', async () => {
  const house = await anIntake();
  try {
    const lines = Array.from({ length: 24_000 }, (_, n) => JSON.stringify(sale(n)));
    for (let round = 0; round < 2; round++)
      for (let from = 0; from < lines.length; from += 4_000)
        await house.push(lines.slice(from, from + 4_000).join('\n'), 'application/x-ndjson');
    await house.drain();
    assert.deepEqual(await cityOf(house), [48_000, 24_000, 0, 24_000, 0]);
    const links = await house.db.read((tx) =>
      tx.row<{ n: number }>(
        'select count(distinct first_record)::int n from records.duplicate d join records.seen s on s.record = d.first_record',
      ),
    );
    assert.equal(links?.n, 24_000);
  } finally {
    await house.close();
  }
});

test('a replayed batch is all duplicates, linked to the first records; under its key nothing is appended', async () => {
  const house = await anIntake();
  try {
    const body = ndjson(Array.from({ length: 300 }, (_, n) => sale(n)));
    const key = { 'idempotency-key': 'one' };
    const first = await house.push(body, 'application/x-ndjson', key);
    const again = await house.push(body, 'application/x-ndjson', key);
    assert.deepEqual(again.body, { ...first.body, replay: true });
    assert.equal((await house.push('{}', 'application/x-ndjson', key)).status, 409);
    await house.drain();
    assert.deepEqual(await cityOf(house), [300, 300, 0, 0, 0]);
    const zipped = gzipSync(`[${body.split('\n').join(',')}]`);
    await house.push(zipped, 'application/json', { 'content-encoding': 'gzip' });
    await house.drain();
    assert.deepEqual(await cityOf(house), [600, 300, 0, 300, 0]);
    const links = await house.db.read((tx) =>
      tx.row<{ n: number }>(
        'select count(distinct first_record)::int n from records.duplicate d join records.seen s on s.record = d.first_record',
      ),
    );
    assert.equal(links?.n, 300);
    const settled = await house.db.read((tx) =>
      tx.row<{ n: number }>(
        `select count(*)::int n from outbox.facts where kind = 'batch.settled'`,
      ),
    );
    assert.equal(settled?.n, 2);
  } finally {
    await house.close();
  }
});

test('an upload cut off in the middle keeps its whole rows; sent again, nothing is doubled or lost', async () => {
  const house = await anIntake();
  try {
    const body = ndjson(Array.from({ length: 1_000 }, (_, n) => sale(n)));
    const socket = connect(house.port, '127.0.0.1');
    socket.write(
      `POST /api/intake/pharmacies HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${house.key}\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
    );
    socket.write(Buffer.from(body).subarray(0, 50_000));
    await sleep(200);
    socket.destroy();
    for (let i = 0; i < 100; i++) {
      await sleep(20);
      const open = await house.db.read((tx) =>
        tx.row<{ n: number }>(`select count(*)::int n from sources.batch where status = 'cut'`),
      );
      if (open?.n === 1) break;
    }
    await house.drain();
    const [received = 0, admitted = 0, quarantined] = await cityOf(house);
    assert.ok(admitted > 100 && admitted < 1_000);
    assert.deepEqual([received, quarantined], [admitted + 1, 1]);
    await house.push(body, 'application/x-ndjson');
    await house.drain();
    assert.deepEqual(await cityOf(house), [received + 1_000, 1_000, 1, admitted, 0]);
  } finally {
    await house.close();
  }
});

test('a crash between the segment file and its transaction repeats the step with the same ids', async () => {
  const house = await anIntake();
  try {
    await house.push(ndjson([sale(1), sale(2), sale(1), { kind: 'x' }]), 'application/x-ndjson');
    const broken = {
      ...house.deps,
      segments: {
        ...house.segments,
        async write(segment: number, batch: Parameters<House['segments']['write']>[1]) {
          await house.segments.write(segment, batch);
          throw new Error('killed here');
        },
      },
    };
    const { drainIntake } = await import('./intake.ts');
    await assert.rejects(drainIntake(broken), /killed here/);
    await house.drain();
    assert.deepEqual(await cityOf(house), [4, 2, 1, 1, 0]);
    const batch = await house.segments.loadSegment(1);
    assert.deepEqual(Array.from(batch.id), [2 ** 20, 2 ** 20 + 1]);
  } finally {
    await house.close();
  }
});

test('an upload a crash left open is ended with its durable rows', async () => {
  const house = await anIntake();
  try {
    await house.push(ndjson([sale(1), sale(2)]), 'application/x-ndjson');
    await house.db.tx((tx) =>
      tx.run(`update sources.batch set status = 'receiving', received = 0`),
    );
    await house.db.tx((tx) => tx.run('delete from sources.tally'));
    assert.equal(await recoverIntake({ db: house.db, log: house.log, clock: Date.now }), 1);
    await house.drain();
    assert.deepEqual(await cityOf(house), [2, 2, 0, 0, 0]);
  } finally {
    await house.close();
  }
});

test('a mended row goes through the same log; the export is safe for spreadsheets', async () => {
  const house = await anIntake();
  try {
    const bad = sale(1, { name: '=cmd()', placeCode: 'nowhere' });
    const { body } = await house.push(ndjson([bad]), 'application/x-ndjson');
    await house.drain();
    const csv = [];
    for await (const line of quarantineCsv(house.db, house.vault, String(body.batch)))
      csv.push(line);
    assert.match(csv[1] ?? '', /^1,地点编码未登记。,/);
    const [row] = (await house.db.read((tx) => quarantinePage(tx, { limit: 1 }))).rows;
    const mend = { id: row?.id ?? 0, fields: { ...bad, placeCode: 'P001' } };
    const deps = { vault: house.vault, receive: house.receive };
    const [one, two] = await Promise.all([
      mendRow(house.db, deps, HOUSE, mend),
      mendRow(house.db, deps, HOUSE, mend),
    ]);
    assert.equal(['batch' in one, 'batch' in two].filter(Boolean).length, 1);
    await house.drain();
    assert.deepEqual(await cityOf(house), [2, 1, 1, 0, 0]);
  } finally {
    await house.close();
  }
});

test('a mended row that a crash kept from the log is open again', async () => {
  const house = await anIntake();
  try {
    const bad = sale(1, { placeCode: 'nowhere' });
    await house.push(ndjson([bad]), 'application/x-ndjson');
    await house.drain();
    const first = async () =>
      (await house.db.read((tx) => quarantinePage(tx, { limit: 1 }))).rows[0];
    const input = { id: (await first())?.id ?? 0, fields: { ...bad, placeCode: 'P001' } };
    const log = { ...house.log, append: () => Promise.reject(new Error('crash')) };
    const deps = { vault: house.vault, receive: { ...house.receive, log } };
    await assert.rejects(mendRow(house.db, deps, HOUSE, input));
    assert.equal((await first())?.state, 'mended');
    await recoverIntake({ db: house.db, log: house.log, clock: Date.now });
    assert.equal((await first())?.state, 'open');
  } finally {
    await house.close();
  }
});

test('bodies that make no sense are refused with a reason, rows before the break are kept', async () => {
  const house = await anIntake();
  try {
    const json = `[${JSON.stringify(sale(1))}, ,${JSON.stringify(sale(2))}]`;
    const answer = await house.push(json, 'application/json');
    assert.deepEqual([answer.status, answer.body.code], [400, 'broken-structure']);
    assert.equal((await house.push('x,y\n1,2', 'text/csv')).body.code, 'headings');
    assert.equal((await house.push('x', 'text/plain')).body.code, 'content-type');
    const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20, 10));
    const stopped = await house.push(bomb, 'application/x-ndjson', { 'content-encoding': 'gzip' });
    assert.equal(stopped.status, 413);
    const damaged = gzipSync(ndjson([sale(3)])).fill(0, 12, 30);
    const gzip = { 'content-encoding': 'gzip' };
    assert.equal((await house.push(damaged, 'application/x-ndjson', gzip)).status, 400);
    const stranger = await house.push('', 'text/csv', { authorization: 'Bearer fh_x' });
    assert.equal(stranger.status, 401);
    await house.drain();
    assert.equal((await cityOf(house))[1], 1);
    assert.deepEqual(house.faults, []);
  } finally {
    await house.close();
  }
});

test('a worker too far behind closes the door for a while, and nothing is half taken', async () => {
  const house = await anIntake();
  try {
    const gate = { db: house.db, log: house.log, bytesMax: 500 };
    let now = 0;
    const isBehind = backlogGate({ ...gate, clock: () => now });
    assert.equal(await isBehind(), false);
    await house.push(
      ndjson(Array.from({ length: 200 }, (_, n) => sale(n))),
      'application/x-ndjson',
    );
    assert.equal(await isBehind(), false);
    now += 2_000;
    assert.equal(await isBehind(), true);
    await house.drain();
    now += 2_000;
    assert.equal(await isBehind(), false);
  } finally {
    await house.close();
  }
});

test('one batch shows its counts, its errors and its way through the house', async () => {
  const house = await anIntake();
  try {
    const rows = [sale(1), sale(1), { kind: 'pharmacy_sale', at: 'x' }];
    const { body } = await house.push(ndjson(rows), 'application/x-ndjson');
    await house.drain();
    const steps = await house.db.read((tx) => lineageOf(tx, String(body.batch)));
    assert.deepEqual(steps.map((it) => [it.step, it.rows]).sort(), [
      ['admit', 1],
      ['link', 1],
      ['quarantine', 1],
    ]);
    const errors = await house.db.read((tx) => errorCounts(tx, String(body.batch)));
    assert.deepEqual(errors.map((it) => `${it.path}:${it.code}`).sort(), [
      'at:type',
      'drugClass:missing',
      'idNo:missing',
      'placeCode:missing',
    ]);
  } finally {
    await house.close();
  }
});
