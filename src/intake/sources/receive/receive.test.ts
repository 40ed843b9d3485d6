import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefusal } from '#base/refusal.ts';
import { anIntake, sale } from '../../../../tests/builders/intake.ts';
import { batchesPage } from '../batches.ts';
import { sourcesPage } from '../register/store.ts';
import { receiveRow } from './receive.ts';

test('a mended row the full log did not take is released at once, and its batch is cut', async () => {
  const house = await anIntake();
  try {
    const { rows } = await house.db.read((tx) => sourcesPage(tx, { limit: 1 }));
    const [source] = rows;
    assert.ok(source);
    const log = { ...house.log, append: async () => ({ busy: true, why: 'disk-full' }) as const };
    const released: string[] = [];
    const answer = await receiveRow(
      { ...house.receive, log },
      {
        source,
        fields: sale(1),
        kind: null,
        placeCode: null,
        claim: async () => true,
        release: async (_tx, batch) => released.push(batch),
      },
    );
    assert.equal(isRefusal(answer) && answer.code, 'log-busy');
    const [batch] = (await house.db.read((tx) => batchesPage(tx, { limit: 1 }))).rows;
    assert.deepEqual([batch?.status, batch?.received], ['cut', 0]);
    assert.deepEqual(released, [batch?.id]);
  } finally {
    await house.close();
  }
});
