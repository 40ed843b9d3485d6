import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { HOUSE } from '#base/access.ts';
import { type Lake, openLake } from '#platform/lake/index.ts';
import { freshDatabase, type FreshDatabase } from '../../../../tests/builders/database.ts';
import { LAKE_STEPS } from '../index.ts';
import { readTimeline } from './timeline.ts';

const NEAR = '990102000000';
const now = Date.now();
const home = mkdtempSync(join(tmpdir(), 'fenghuo-timeline-'));
let fresh: FreshDatabase;
let lake: Lake;

before(async () => {
  fresh = await freshDatabase();
  lake = await openLake({ home });
  await lake.migrate(LAKE_STEPS);
  await fresh.db.tx((tx) =>
    tx.run(
      `insert into people.person (id, status, area_code, made_at)
       select n, 'identified', $1, $2 from generate_series(1, 61) n`,
      [NEAR, new Date(now)],
    ),
  );
});
after(async () => {
  await lake.stop();
  await fresh.drop();
  rmSync(home, { recursive: true, force: true });
});

test('timelines are files: who goes through sixty-one in an hour is noticed', async () => {
  const actor = { ...HOUSE, id: 77, login: 'clerk', roles: ['epidemiologist'], areaCode: NEAR };
  const scope = { actor, areaPrefix: '990102', purpose: 'timeline.read' };
  const db = fresh.db.seeing({ areaPrefix: '990102', actorId: 77 });
  const read = (id: number) => readTimeline(db, lake, scope, { id, limit: 10 }, now);
  const alarms = () =>
    fresh.db.read((tx) => tx.rows<{ kind: string }>('select kind from misuse.alarm'));
  for (let id = 1; id <= 60; id++) await read(id);
  assert.deepEqual(await alarms(), []);
  await read(99);
  assert.deepEqual(await alarms(), [], 'nobody of that number is no further file');
  await read(61);
  assert.deepEqual(await alarms(), [{ kind: 'read-burst' }]);
});
