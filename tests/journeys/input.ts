import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, describe, test } from 'node:test';
import { SECOND } from '../../src/base/time.ts';
import { checkIdentity } from '../../src/intake/records/index.ts';
import { personAt } from '../../tools/city/people/person.ts';
import { sendMllp, until } from '../builders/house.ts';
import { deskPage } from './pages/desk.ts';
import { at, CSV_GB, ndjson, type Receipt, saleCsv, send, whoOf } from './rows.ts';
import type { Stage } from './stage.ts';

const ROWS = 10_000;

type Counts = {
  received: number;
  admitted: number;
  quarantined: number;
  duplicate: number;
  pending: number;
  status: string;
  isSettled: boolean;
};

/** Ten thousand sales of a harmless medicine; three rows have two faults each. */
function manySales({ city, placeCode }: Stage): Buffer {
  const pharmacy = placeCode('pharmacy');
  const now = Date.now();
  const rows = Array.from(
    { length: ROWS },
    (_, i): Record<string, string | number> => ({
      id: `J5-PS-${i}`,
      at: at(now - i * SECOND),
      ...whoOf(personAt(city, i % city.persons)),
      placeCode: pharmacy,
      drugClass: 'C09AA05',
      quantity: 1,
    }),
  );
  Object.assign(rows[99] ?? {}, { drugClass: '', temperature: '99' });
  Object.assign(rows[4_999] ?? {}, { at: '昨天下午', placeCode: 'JZ0000000' });
  Object.assign(rows[9_998] ?? {}, { quantity: 'two', temperature: 'hot' });
  return saleCsv(rows);
}

async function settled(stage: Stage, batch: string): Promise<Counts> {
  const steward = await stage.api('data_steward');
  return until(`batch ${batch} settled`, async () => {
    const { body } = await steward.get(`/api/batches/${batch}`);
    const counts = body as unknown as Counts;
    return counts.isSettled && counts.pending === 0 && counts;
  });
}

const five = (it: Counts): number[] => [
  it.received,
  it.admitted,
  it.quarantined,
  it.duplicate,
  it.pending,
];

/** Announces more bytes than it sends, and hangs up in the middle of a row once the house is reading. */
function cutOff(
  { house }: Stage,
  body: Buffer,
  bytes: number,
  isReading: () => Promise<unknown>,
): Promise<void> {
  const { hostname, port, host } = new URL(house.url);
  return new Promise((done, fail) => {
    const socket = connect(Number(port), hostname, () => {
      const head = [
        'POST /api/intake/checkpoint HTTP/1.1',
        `Host: ${host}`,
        `Authorization: Bearer ${house.keyOf('checkpoint')}`,
        'Content-Type: application/x-ndjson',
        `Content-Length: ${body.length}`,
      ].join('\r\n');
      socket.write(`${head}\r\n\r\n`);
      socket.write(body.subarray(0, bytes), () => {
        isReading().then(() => socket.destroy(), fail);
      });
    });
    socket.on('error', fail);
    socket.on('close', () => done());
    socket.resume();
  });
}

export function badInput(stage: () => Stage): void {
  let file: Buffer;
  let first: Receipt;

  describe('bad input', () => {
    after(() => stage().rise());
    test('a frame that is no HL7 is rejected, kept and shown; the next message is heard', async () => {
      assert.deepEqual(await sendMllp(stage().house, ['this is no HL7 message']), ['AR']);
      const steward = await stage().sit('data_steward', { next: '/desk/quarantine' });
      await until('the frame in quarantine', async () => {
        await deskPage(steward.page).go('/quarantine?code=bad-frame');
        return (await steward.page.locator('tbody tr').count()) > 0;
      });
      await stage().shoot(steward.page, 'desk-quarantine');
    });

    test('of ten thousand rows three are refused with every error, the rest admitted', async () => {
      file = manySales(stage());
      first = await send(stage(), 'pharmacy-chain', file, CSV_GB, 'journey-5');
      assert.equal(first.received, ROWS);
      assert.deepEqual(five(await settled(stage(), first.batch)), [ROWS, 9_997, 3, 0, 0]);
      const { page } = await stage().sit('data_steward', { next: `/desk/batches/${first.batch}` });
      const desk = deskPage(page);
      await desk.holds();
      assert.deepEqual(await desk.equation(), [ROWS, 9_997, 3, 0, 0]);
      const rows = page.locator('tr').filter({ hasText: '待改正' });
      await rows.nth(2).waitFor();
      assert.equal(await rows.count(), 3);
      for (const [no, ...paths] of [
        ['100', 'drugClass', 'temperature'],
        ['5000', 'at', 'placeCode'],
        ['9999', 'quantity', 'temperature'],
      ] as const)
        for (const path of paths)
          await rows
            .filter({ hasText: `第 ${no} 行` })
            .locator('code', { hasText: path })
            .waitFor();
      await stage().shoot(page, 'desk-batch');
    });

    test('a refused row is mended in the browser and admitted', async () => {
      const { page } = await stage().sit('data_steward', { next: `/desk/batches/${first.batch}` });
      await page.getByRole('link', { name: '第 100 行' }).click();
      await page.locator('label').filter({ hasText: 'drugClass' }).locator('input').fill('C09AA05');
      await page.locator('label').filter({ hasText: 'temperature' }).locator('input').fill('36.8');
      await stage().shoot(page, 'desk-mend');
      await page.getByRole('button', { name: '改正并重新提交' }).click();
      await page.waitForURL(
        (url) => /batches\//.test(url.pathname) && !url.pathname.endsWith(first.batch),
      );
      const batch = new URL(page.url()).pathname.split('/').at(-1) ?? '';
      assert.deepEqual(five(await settled(stage(), batch)), [1, 1, 0, 0, 0]);
      await deskPage(page).go(`/batches/${first.batch}`);
      await page.locator('tr').filter({ hasText: '第 100 行' }).getByText('已改正').waitFor();
    });

    test('the same file again: the same answer under its key, duplicates under another', async () => {
      const again = await send(stage(), 'pharmacy-chain', file, CSV_GB, 'journey-5');
      assert.deepEqual(again, { ...first, replay: true });
      const other = await send(stage(), 'pharmacy-chain', file, CSV_GB, 'journey-5-again');
      assert.notEqual(other.batch, first.batch);
      const counts = await settled(stage(), other.batch);
      assert.deepEqual(five(counts), [ROWS, 0, 3, 9_997, 0]);
    });

    test('an upload cut off in the middle is flagged; sent again nothing is doubled', async () => {
      const { city, placeCode } = stage();
      const now = Date.now();
      const rows = Array.from({ length: 500 }, (_, i) => ({
        id: `J5-CS-${i}`,
        at: at(now - i * SECOND),
        ...whoOf(personAt(city, i)),
        placeCode: placeCode('checkpoint'),
        temperature: 36.5,
      }));
      const body = Buffer.from(ndjson(rows));
      const cutAt = Math.floor(body.length / 2) + 7;
      const whole = body.subarray(0, cutAt).toString().split('\n').length - 1;
      const steward = await stage().api('data_steward');
      await cutOff(stage(), body, cutAt, () =>
        until('the house reads', async () => {
          const { body } = await steward.get('/api/batches?status=receiving&limit=100');
          return (body['rows'] as { channel: string }[]).some((it) => it.channel === 'http');
        }),
      );
      const cut = await until('the cut batch', async () => {
        const { body } = await steward.get('/api/batches?status=cut');
        return (body['rows'] as (Counts & { id: string })[])[0];
      });
      const half = await settled(stage(), cut.id);
      // Whole rows are admitted; what stood of the torn one is kept in quarantine.
      const { admitted, quarantined } = half;
      assert.ok(admitted > 0 && admitted <= whole, `${admitted} of ${whole} whole rows`);
      assert.deepEqual(five(half), [admitted + quarantined, admitted, quarantined, 0, 0]);
      assert.ok(quarantined <= 1);
      const again = await send(stage(), 'checkpoint', body, 'application/x-ndjson');
      assert.deepEqual(five(await settled(stage(), again.batch)), [
        500,
        500 - admitted,
        0,
        admitted,
        0,
      ]);
      const { page } = await stage().sit('data_steward', { next: `/desk/batches/${cut.id}` });
      await page.getByText('上传中途断开').waitFor();
      await stage().shoot(page, 'desk-cut');
    });

    test('the account of the whole city holds, on the desk and counted row by row', async () => {
      const { page } = await stage().sit('data_steward', { next: '/desk/batches' });
      const desk = deskPage(page);
      await desk.holds();
      const [received = 0, ...parts] = await desk.equation();
      assert.equal(
        received,
        parts.reduce((sum, part) => sum + part, 0),
      );
      assert.ok(received > 2 * ROWS);
      await stage().shoot(page, 'desk-batches');
      assert.deepEqual(await stage().db.read(checkIdentity), []);
    });
  });
}
