import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idCheckChar } from '#base/checksums.ts';
import { vaultOf } from '#platform/secrets/index.ts';
import { freshDatabase } from '../../../../tests/builders/database.ts';
import { rootKey } from '../../../platform/secrets/keys.ts';
import type { PersonSeen } from '../model.ts';
import { newResolver } from './resolve.ts';

const NOW = Date.parse('2026-03-02T01:00:00Z');
const vault = vaultOf([rootKey(Buffer.alloc(32, 1))]);

/** Small seeded generator (mulberry32), so that a failure can be played again. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** A row about one of 120 persons: with the card or without, phones and homes change. */
function rowOf(n: number, random: (below: number) => number, record: string): PersonSeen {
  const body = `42900119900101${String(n).padStart(3, '0')}`;
  const withCard = random(3) > 0;
  return {
    ...(withCard
      ? { idType: 'citizen' as const, idNo: body + idCheckChar(body) }
      : { bornOn: '1990-01-01' }),
    name: `王${String.fromCharCode(0x4e00 + n)}`,
    phone: `1390000${String(n).padStart(3, '0')}${random(2)}`,
    areaCode: `42900100200${1 + random(4)}`,
    at: NOW + random(1_000_000),
    sourceId: 1 + random(3),
    record,
  };
}

for (const seed of [1, 2, 3]) {
  test(`four workers over the same people never wait in a ring (seed ${seed})`, async () => {
    const { db, drop } = await freshDatabase();
    try {
      const cards = new Map<string, Set<number>>();
      const work = async (worker: number): Promise<void> => {
        const random = randomOf(seed * 100 + worker);
        const resolver = newResolver(vault, { places: { byCode: new Map() }, cacheMax: 60 });
        for (let batch = 0; batch < 12; batch++) {
          const rows = Array.from({ length: 100 }, (_, i) =>
            rowOf(random(120), random, `${worker}-${batch}-${i}`),
          );
          const got = await resolver.resolve(db, rows, NOW);
          rows.forEach((row, i) => {
            if (!row.idNo) return;
            const persons = cards.get(row.idNo) ?? new Set();
            cards.set(row.idNo, persons.add(got[i]?.person ?? 0));
          });
        }
      };
      await Promise.all([1, 2, 3, 4].map(work));
      assert.ok([...cards.values()].every((persons) => persons.size === 1 && !persons.has(0)));
      const strays = await db.read((tx) =>
        tx.row<{ n: number }>(`select count(*) as n from people.handle h
          where not exists (select from people.person p where p.id = h.person)`),
      );
      assert.equal(strays?.n, 0);
    } finally {
      await drop();
    }
  });
}
