import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUSE, type Scope } from '#base/access.ts';
import { rowView } from '#engine/columns/index.ts';
import { anIntake, ndjson, sale } from '../../../../tests/builders/intake.ts';
import { recordById, recordsAtPlace, recordsOfPerson } from './read.ts';
import { scanRecords } from './scan.ts';

const scopeOf = (areaPrefix: string): Scope => ({ actor: HOUSE, areaPrefix, purpose: 'test' });
const CITY = scopeOf('3401');

test('admitted records reach the lake once, are read back whole, and only inside the scope', async () => {
  const house = await anIntake({ withLake: true });
  const { lake, loader, db } = house;
  assert.ok(lake && loader);
  try {
    await loader.recover();
    const visits = Array.from({ length: 60 }, (_, n) => sale(5, { at: sale(n * 60).at }));
    const others = Array.from({ length: 40 }, (_, n) => sale(100 + n, { temperature: 38.4 }));
    await house.push(ndjson([...visits, ...others]), 'application/x-ndjson');
    await house.drain();
    assert.equal(await loader.loadAll(), 100);

    const batch = await house.segments.loadSegment(1);
    const first = rowView(batch, 0);
    const seen: number[] = [];
    let after: string | undefined;
    do {
      const page = await recordsOfPerson(lake, CITY, first.person, { after, limit: 25 });
      seen.push(...page.rows.map((it) => it.at));
      after = page.next ?? undefined;
    } while (after);
    assert.equal(seen.length, 60);
    assert.deepEqual(
      seen,
      [...new Set(seen)].sort((a, b) => b - a),
    );

    const atPlace = await recordsAtPlace(lake, CITY, 7, { limit: 200 });
    assert.equal(atPlace.rows.length, 100);
    const feverish = atPlace.rows.find((it) => it.columns.temperature !== undefined);
    assert.deepEqual(feverish?.columns, { drugClass: 'N02B', quantity: 1, temperature: 38.4 });
    assert.equal((await recordsAtPlace(lake, scopeOf('3402'), 7, { limit: 5 })).rows.length, 0);

    const id = batch.id[70] ?? 0;
    assert.equal((await recordById(db, lake, CITY, id))?.id, id);
    assert.equal(await recordById(db, lake, scopeOf('34019'), id), undefined);
  } finally {
    await house.close();
  }
});

test('a load a crash left unacknowledged is repeated and doubles nothing; a dropped file is read from the lake', async () => {
  const house = await anIntake({ withLake: true });
  const { lake, loader, db } = house;
  assert.ok(lake && loader);
  try {
    await loader.recover();
    await house.push(ndjson(Array.from({ length: 50 }, (_, n) => sale(n))), 'application/x-ndjson');
    await house.drain();
    await loader.loadAll();
    // As after a kill between the insert and its acknowledgement.
    await db.tx((tx) => tx.run('update records.lake_group set loaded_at = null'));
    await db.tx((tx) => tx.run('update records.segment set loaded_at = null'));
    assert.equal(await loader.recover(), 50);
    for (const table of ['records_by_person', 'records_by_place'])
      assert.deepEqual(await lake.query(`select count() as n from ${table}`), [{ n: 50 }]);

    const before = await house.segments.loadSegment(1);
    await house.segments.drop(1);
    const { openSegments } = await import('../run/segments.ts');
    const again = await openSegments('/nowhere', db, lake).loadSegment(1);
    assert.equal(again.rows, 50);
    for (const row of [0, 17, 49]) assert.deepEqual(rowView(again, row), rowView(before, row));
    const scanned: number[] = [];
    const span = { fromAt: Date.now() - 86_400_000, toAt: Date.now() };
    await scanRecords(lake, span, (batch) => void scanned.push(...batch.at));
    assert.deepEqual(
      scanned,
      [...before.at].sort((a, b) => a - b),
    );
  } finally {
    await house.close();
  }
});
