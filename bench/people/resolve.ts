/**
 * How fast rows become persons: all new, seen by a warm resolver, by one that just started, and
 * told by another source. `node bench/people/resolve.ts [rows]` on a database of its own.
 */
import { idCheckChar } from '#base/checksums.ts';
import { newResolver, type PersonSeen } from '#registers/people/index.ts';
import { vaultOf } from '../../src/platform/secrets/index.ts';
import { rootKey } from '../../src/platform/secrets/keys.ts';
import { report, whole } from '../kit.ts';
import { freshDatabase } from '../../tests/builders/database.ts';

const ROWS = Number(process.argv[2] ?? 100_000);
const BATCH = 5_000;
const NOW = Date.parse('2026-03-01T08:00:00Z');

function seenOf(i: number): PersonSeen {
  const day = new Date(Date.UTC(1940, 0, 1) + (i % 25_000) * 86_400_000);
  const bornOn = day.toISOString().slice(0, 10).replaceAll('-', '');
  const body = `429001${bornOn}${String(Math.floor(i / 25_000)).padStart(3, '0')}`;
  return {
    idType: 'citizen',
    idNo: body + idCheckChar(body),
    name: `王${String.fromCharCode(0x4e00 + (i % 9000), 0x5000 + (i % 7000))}`,
    phone: `139${String(i).padStart(8, '0')}`,
    address: `滨江区长堤街道${i % 500}号${i % 40}栋${i}室`,
    areaCode: `42900100${1 + (i % 9)}00${1 + (i % 9)}`,
    at: NOW - (i % 86_400) * 1000,
    sourceId: 1,
    record: `r${i}`,
  };
}

const { db, drop } = await freshDatabase();
try {
  const vault = vaultOf([rootKey(Buffer.alloc(32, 7))]);
  const rows = Array.from({ length: ROWS }, (_, i) => seenOf(i));
  const measure = async (label: string, resolver: ReturnType<typeof newResolver>) => {
    const began = performance.now();
    for (let at = 0; at < ROWS; at += BATCH) {
      await resolver.resolve(db, rows.slice(at, at + BATCH), NOW);
    }
    const seconds = (performance.now() - began) / 1000;
    report({
      promise: `rows to persons: ${label}`,
      measured: `${whole(ROWS / seconds)} rows/s`,
      limit: '',
      ratio: undefined,
      kept: undefined,
    });
    console.log(`${label.padEnd(28)}${Math.round(ROWS / seconds).toLocaleString('en')} rows/s`);
  };
  const places = { byCode: new Map() };
  const first = newResolver(vault, { places });
  await measure('all new persons', first);
  await measure('warm: nothing new', first);
  await measure('known, resolver just started', newResolver(vault, { places }));
  rows.forEach((row, i) => {
    rows[i] = { ...row, sourceId: 2, record: `s${i}` };
  });
  await measure('known, from another source', first);
} finally {
  await drop();
}
