import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { HOUSE, type Scope } from '#base/access.ts';
import { DAY, HOUR } from '#base/time.ts';
import {
  addKey,
  beginIndex,
  endOlderIndexes,
  openVault,
  retireKey,
} from '#platform/secrets/index.ts';
import {
  findPersons,
  newResolver,
  peopleIndexes,
  peopleSealed,
  personFile,
} from '#registers/people/index.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import { newestIndex, turnKeys, valuesByKey } from './index.ts';

const NOW = Date.UTC(2026, 10, 22, 3);
const home = mkdtempSync(join(tmpdir(), 'fenghuo-turn-'));
let fresh: FreshDatabase;
before(async () => {
  fresh = await freshDatabase({ max: 12 });
});
after(async () => {
  await fresh.drop();
  rmSync(home, { recursive: true });
});

const scope: Scope = {
  actor: { ...HOUSE, roles: ['epidemiologist'], areaCode: '429900000000' },
  areaPrefix: '',
  purpose: 'test',
};
const nameOf = (n: number): string => `张${String.fromCodePoint(0x4e00 + n)}`;
const phoneOf = (n: number): string => `138${String(10_000_000 + n)}`;
/** No document: recognised by name, birth day and phone. */
const rowOf = (n: number, at: number) => ({
  name: nameOf(n),
  phone: phoneOf(n),
  bornOn: '1990-01-01',
  address: `幸福路${n}号`,
  areaCode: '429901001001',
  at,
  sourceId: 1,
  record: `r${n}`,
});

test('a key turns while people are written, found and read: nothing is lost, doubled or unreadable', async () => {
  const { db } = fresh;
  const vault = openVault({ home });
  const stranger = openVault({ home });
  const places = { byCode: new Map() };
  const [mine, theirs] = [newResolver(vault, { places }), newResolver(stranger, { places })];
  const OLD = 1_200;
  await mine.resolve(
    db,
    Array.from({ length: OLD }, (_, n) => rowOf(n, NOW - DAY)),
    NOW,
  );
  const faults: unknown[] = [];
  let running = true;
  let next = OLD;
  const writer = async (resolver: typeof mine): Promise<void> => {
    while (running) {
      const some = Array.from({ length: 20 }, () => rowOf(next++, NOW));
      // The same people again: they must be met, not made again.
      const known = Array.from({ length: 20 }, (_, i) => rowOf((next * 7 + i) % OLD, NOW + HOUR));
      await resolver.resolve(db, [...some, ...known], NOW).catch((fault) => faults.push(fault));
    }
  };
  let looked = 0;
  const reader = async (): Promise<void> => {
    for (let n = 0; running; n = (n + 37) % OLD) {
      const found = await db
        .tx((tx) => findPersons(tx, vault, scope, { phone: phoneOf(n) }, NOW))
        .catch((fault) => void faults.push(fault));
      if (found?.rows.length !== 1) faults.push(`person ${n}: ${found?.rows.length} found`);
      const id = found?.rows[0]?.id;
      if (id)
        await db
          .tx((tx) => personFile(tx, stranger, scope, id, NOW))
          .catch((fault) => faults.push(fault));
      looked++;
    }
  };
  const refreshing = setInterval(() => {
    void vault.refresh();
    void stranger.refresh();
  }, 50);
  const work = Promise.all([writer(mine), writer(theirs), reader(), reader()]);
  const old = vault.state().keys[0];
  await addKey({ home });
  await vault.refresh();
  beginIndex(home, vault.state());
  const deps = { db, vault, sealed: peopleSealed, indexes: [peopleIndexes(db)] };
  let now = NOW;
  for (let turn = 0; !(await turnKeys(deps, now)) && turn < 200; turn++) {
    now += HOUR;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const named = await valuesByKey(db, peopleSealed);
  assert.deepEqual(
    named.filter((it) => it.key === old?.name),
    [],
  );
  const newest = newestIndex(vault);
  assert.ok(newest);
  assert.equal(await deps.indexes[0]?.missing(newest), 0);
  endOlderIndexes(home, vault.state());
  await new Promise((resolve) => setTimeout(resolve, 300));
  await deps.indexes[0]?.drop(newest);
  retireKey(home, vault.state(), old?.id ?? 0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  running = false;
  await work;
  clearInterval(refreshing);
  assert.deepEqual(faults.slice(0, 3), []);
  assert.ok(looked > 50, `${looked} looks`);
  const counts = await db.read((tx) =>
    tx.row<{ persons: number; handles: number }>(
      `select (select count(*) from people.person) as persons,
         (select count(*) from people.handle) as handles`,
    ),
  );
  assert.deepEqual(counts, { persons: next, handles: next });
  // A house that was started after it has the new key only, and knows everybody.
  const later = newResolver(openVault({ home }), { places });
  assert.equal(openVault({ home }).state().keys.length, 1);
  const again = await later.resolve(
    db,
    Array.from({ length: 500 }, (_, n) => rowOf(n * 2, NOW + DAY)),
    NOW + DAY,
  );
  assert.ok(again.every((it) => it.person > 0));
  assert.equal(
    (await db.read((tx) => tx.row<{ n: number }>('select count(*) as n from people.person')))?.n,
    next,
  );
});
