import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountOf, checkIdentity } from '#intake/records/index.ts';
import { anIntake } from '../../../../tests/builders/intake.ts';

const stamp = (at: number): string =>
  new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '');
const NOW = stamp(Date.now() - 60_000);
const visit = (n: number, more: { mode?: string; event?: string } = {}): string =>
  [
    `MSH|^~\\&|HIS|P001|||${NOW}||ADT^${more.event ?? 'A04'}|M${n}|${more.mode ?? 'P'}|2.5.1`,
    `EVN||${NOW}`,
    `PID|||||Doe^Ann${n}||20120101|F|||||^PRN^PH^^^^139${String(n).padStart(8, '0')}`,
    'PV1|1|O|FEVER^^^P001',
  ].join('\r');

test('a batch of messages over HTTP: each counted, weighed, and what is none of them kept', async () => {
  const house = await anIntake();
  try {
    const body = [
      'FHS|^~\\&|HIS',
      'BHS|^~\\&|HIS',
      visit(1),
      visit(2, { mode: 'T' }),
      visit(3, { event: 'A31' }),
      visit(4, { event: 'A11' }),
      visit(1),
      'BTS|5',
      'FTS|1',
      'something else',
    ].join('\r');
    const answer = await house.push(body, 'application/hl7-v2');
    assert.deepEqual([answer.status, answer.body.received], [202, 6]);
    await house.drain();
    assert.deepEqual(await house.db.read(checkIdentity), []);
    const { city, holds } = await house.db.read((tx) => accountOf(tx, 0));
    assert.ok(holds);
    assert.deepEqual([city.admitted, city.quarantined, city.duplicate], [1, 4, 1]);
    const codes = await house.db.read((tx) =>
      tx.rows<{ code: string }>(
        `select e ->> 'code' as code from records.quarantine, jsonb_array_elements(errors) e
         order by row_no`,
      ),
    );
    assert.deepEqual(
      codes.map((it) => it.code),
      ['202', 'no-observation', 'cancellation', 'bad-frame'],
    );
  } finally {
    await house.close();
  }
});
