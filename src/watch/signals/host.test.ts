import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import type { RuleDoc } from '#base/rules.ts';
import { HOUR } from '#base/time.ts';
import type { Batch, RowHead, RowValues } from '#engine/columns/index.ts';
import { BatchBuilder, recordIdOf } from '#engine/columns/index.ts';
import type { Heard } from '#facts/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import {
  activateRule,
  addMember,
  draftRule,
  installShippedLists,
  reviewRule,
} from '#watch/rules/index.ts';
import { openMandateKeys, vaultOf } from '#platform/secrets/index.ts';
import { freshDatabase } from '../../../tests/builders/database.ts';
import type { Signal } from './contract.ts';
import type { Matching } from './host.ts';
import { hostMatching } from './host.ts';
import { signalsPage, throttles } from './store.ts';
import { SIGNALS_PER_HOUR_MAX } from './throttle.ts';

const T = 1_770_000_000_000;
const AREA = '320102001001';
const words = { zh: '规则', en: 'rule' };
let db: Db;
let drop: () => Promise<void>;
const segments = new Map<number, Batch>();
const source = {
  async loadSegment(segment: number): Promise<Batch> {
    const batch = segments.get(segment);
    if (!batch) throw new Error(`segment ${segment} is gone`);
    return batch;
  },
};
const places = {
  byId: new Map([
    [5, { id: 5, code: 'S5', kind: 'primary_school', areaCode: AREA } as never],
    [6, { id: 6, code: 'W6', kind: 'sewage_plant', areaCode: AREA } as never],
  ]),
};
const VAULT = vaultOf([{ id: 1, key: Buffer.alloc(32, 7) }]);
const mandateKeys = openMandateKeys(join(tmpdir(), `fenghuo-host-${process.pid}`), VAULT);
const host = (): Matching => hostMatching({ db, segments: source, places, mandateKeys });

before(async () => {
  ({ db, drop } = await freshDatabase());
});
after(() => drop());
beforeEach(async () => {
  segments.clear();
  await db.tx(async (tx) => {
    for (const table of [
      'signals.signal',
      'signals.considered',
      'signals.snapshot',
      'signals.throttle',
      'rules.rule_version',
      'rules.rule_stat',
      'rules.list_member',
    ])
      await tx.run(`delete from ${table}`);
    await tx.run('update rules.revision set n = n + 1');
    await installShippedLists(tx, T);
  });
});

const author = { ...HOUSE, id: 1 };
const reviewer = { ...HOUSE, id: 2 };
const officer = { ...HOUSE, id: 3 };
async function activate(id: string, match: RuleDoc['match'], more: Partial<RuleDoc> = {}) {
  const doc: RuleDoc = {
    ...{ id, title: words, basis: words, level: 3, match, groupBy: 'person' },
    ...{ groupHours: 24, suppressHours: 24, task: 'phone_check' },
    ...more,
  } as RuleDoc;
  await db.tx(async (tx) => {
    const drafted = await draftRule(tx, author, { doc }, T);
    assert.ok(!isRefusal(drafted), JSON.stringify(drafted));
    await reviewRule(tx, reviewer, drafted, T);
    assert.ok(!isRefusal(await activateRule(tx, officer, drafted, T)));
  });
}

type Row = Omit<RowHead, 'id' | 'source'> & { values?: RowValues };
function admit(segment: number, rows: readonly Row[]): Heard<'records.admitted'> {
  const builder = new BatchBuilder();
  rows.forEach(({ values, ...head }, i) => {
    builder.add({ personArea: AREA, source: 1, ...head, id: recordIdOf(segment, i) }, values);
  });
  segments.set(segment, builder.finish());
  const times = rows.map((row) => row.at);
  const [fromAt, toAt] = [Math.min(...times), Math.max(...times)];
  const body = { segment, rows: rows.length, batches: [], fromAt, toAt };
  return { kind: 'records.admitted', key: 'x', body, id: segment, toldAt: T };
}
const hear = (matching: Matching, fact: Heard<'records.admitted'>, now = T) =>
  db.tx((tx) => matching.considerBatch(tx, fact, now));
const signals = async (): Promise<Signal[]> =>
  (await db.read((tx) => signalsPage(tx, '', { limit: 200 }))).rows.reverse();
const told = (tx: Tx) => tx.rows(`select 1 from signals.signal`);

const TRIP: RuleDoc['match'] = {
  type: 'R3',
  first: { on: ['rail_trip'], when: 'fromCity in codes.riskAreas' },
  then: { on: ['pharmacy_sale'], when: 'drugClass.startsWith("N02B")' },
  withinHours: 336,
};
const trip = (person: number, at = T): Row => ({
  kind: 'rail_trip',
  at,
  person,
  values: { fromCity: '990700' },
});
const sale = (person: number, at: number): Row => ({
  ...{ kind: 'pharmacy_sale', at, person, place: 5 },
  values: { drugClass: 'N02BE01', quantity: 1 },
});

test('a trip and a purchase become one signal with both records and why, heard twice or not', async () => {
  await activate('trip-pills', TRIP);
  const matching = host();
  await hear(matching, admit(1, [trip(9)]));
  const second = admit(2, [sale(9, T + HOUR), sale(8, T + HOUR)]);
  await hear(matching, second);
  await hear(matching, second);
  const [signal, ...none] = await signals();
  assert.equal(none.length, 0);
  assert.ok(signal);
  assert.deepEqual(
    [signal.ruleId, signal.ruleVersion, signal.personId, signal.areaCode, signal.level],
    ['trip-pills', 1, 9, AREA, 3],
  );
  assert.deepEqual(
    signal.evidence.records.map((r) => [r.id, r.kind, r.columns.fromCity ?? r.columns.drugClass]),
    [
      [recordIdOf(1, 0), 'rail_trip', '990700'],
      [recordIdOf(2, 0), 'pharmacy_sale', 'N02BE01'],
    ],
  );
  assert.deepEqual(
    signal.evidence.why.map((w) => [w.side, w.tree.result]),
    [
      ['first', 'true'],
      ['then', 'true'],
    ],
  );
});

test('a rolled-back transaction loses no signal and doubles none', async () => {
  await activate('trip-pills', TRIP);
  const matching = host();
  await hear(matching, admit(1, [trip(9)]));
  const fact = admit(2, [sale(9, T + HOUR)]);
  await assert.rejects(
    db.tx(async (tx) => {
      await matching.considerBatch(tx, fact, T);
      throw new Error('power cut');
    }),
    /power cut/,
  );
  assert.equal((await signals()).length, 0);
  await hear(matching, fact);
  assert.equal((await signals()).length, 1);
});

test('evidence that cannot be read fails the hearing, and the retry finds the signal', async () => {
  await activate('trip-pills', TRIP);
  const matching = host();
  await hear(matching, admit(1, [trip(9)]));
  for (let i = 0; i < 40; i++) await hear(matching, admit(100 + i, [trip(50, T + i)]));
  const fact = admit(2, [sale(9, T + HOUR)]);
  const kept = segments.get(1) as Batch;
  segments.delete(1);
  await assert.rejects(hear(matching, fact), /segment 1 is gone/);
  segments.set(1, kept);
  await hear(matching, fact);
  assert.equal((await signals()).length, 1);
});

test('a new process remembers: from the snapshot and from what followed it', async () => {
  await activate('trip-pills', TRIP);
  const first = host();
  await hear(first, admit(1, [trip(1)]), T);
  await hear(first, admit(2, [trip(2)]), T + 10 * 60_000);
  await hear(first, admit(3, [trip(3)]), T + 11 * 60_000);
  assert.equal((await db.read((tx) => tx.rows('select 1 from signals.snapshot'))).length, 1);
  const loaded: number[] = [];
  const watched = {
    async loadSegment(segment: number): Promise<Batch> {
      loaded.push(segment);
      return source.loadSegment(segment);
    },
  };
  const second = hostMatching({ db, segments: watched, places, mandateKeys });
  await second.start(T + HOUR);
  assert.deepEqual(loaded, [2, 3], 'the snapshot held the first segment');
  await hear(
    second,
    admit(
      4,
      [1, 2, 3].map((person) => sale(person, T + 2 * HOUR)),
    ),
  );
  assert.deepEqual(
    (await signals()).map((s) => s.personId),
    [1, 2, 3],
  );
});

test('after a clean stop a new process remembers all and reads no segment', async () => {
  await activate('trip-pills', TRIP);
  const first = host();
  await hear(first, admit(1, [trip(1)]), T);
  await hear(first, admit(2, [trip(2)]), T + 10 * 60_000);
  await first.rest(T + 11 * 60_000);
  const second = hostMatching({
    mandateKeys,
    db,
    segments: { loadSegment: (segment) => Promise.reject(new Error(`segment ${segment} is read`)) },
    places,
  });
  await second.start(T + HOUR);
  const again = host();
  await hear(again, admit(3, [sale(1, T + 2 * HOUR), sale(2, T + 2 * HOUR)]));
  assert.deepEqual(
    (await signals()).map((s) => s.personId),
    [1, 2],
  );
});

test('a rule activated while running knows the window before it, and speaks only from then on', async () => {
  const matching = host();
  await hear(matching, admit(1, [trip(9), sale(9, T + HOUR)]));
  await activate('trip-pills', TRIP);
  await hear(matching, admit(2, [sale(9, T + 3 * HOUR)]));
  assert.deepEqual(
    (await signals()).map((s) => s.recordId),
    [recordIdOf(2, 0)],
  );
});

test('a member added to a list counts for the very next batch', async () => {
  await activate('returnee', { type: 'R2', list: 'abroad', on: ['hotel_stay'] });
  const matching = host();
  const stay = (person: number): Row => ({ kind: 'hotel_stay', at: T + HOUR, person, place: 5 });
  await hear(matching, admit(1, [stay(4)]));
  const member = { id: 'abroad', subjectId: 4, areaCode: AREA, source: 'test', reason: '' };
  await db.tx((tx) => addMember(tx, HOUSE, member, T, VAULT));
  await hear(matching, admit(2, [stay(4), stay(5)]));
  assert.deepEqual(
    (await signals()).map((s) => s.personId),
    [4],
  );
});

test('a school cluster is about the school, with the distinct pupils as evidence', async () => {
  await activate(
    'school-fever',
    {
      ...{ type: 'R4', on: ['clinic_visit'], when: 'temperature >= 37.8', by: 'unit' },
      ...{ placeKinds: ['primary_school'], distinct: 3, withinHours: 72 },
    } as RuleDoc['match'],
    { groupBy: 'place', level: 2 },
  );
  const visit = (person: number): Row => ({
    ...{ kind: 'clinic_visit', at: T + person, person, unit: 5, place: 6 },
    values: { department: 'fever', temperature: 38.6, complaint: '王小明发热' },
  });
  await hear(host(), admit(1, [1, 2, 2, 3].map(visit)));
  const [signal] = await signals();
  assert.ok(signal);
  assert.deepEqual([signal.placeId, signal.personId, signal.evidence.distinct], [5, null, 3]);
  assert.doesNotMatch(JSON.stringify(signal), /王小明/, 'free text never leaves the record');
});

test('a flooding rule is held back, counted and shown', async () => {
  await activate('every-check-in', { type: 'R1', on: ['check_in'] });
  const rows = Array.from(
    { length: SIGNALS_PER_HOUR_MAX + 25 },
    (_, i): Row => ({ kind: 'check_in', at: T + i, person: i + 1 }),
  );
  await hear(host(), admit(1, rows));
  assert.equal((await db.read(told)).length, SIGNALS_PER_HOUR_MAX);
  assert.deepEqual(
    (await db.read(throttles)).map((t) => [t.ruleId, t.held]),
    [['every-check-in', 25]],
  );
});

test('a member in isolation who does not check in is told once, even after a restart', async () => {
  await activate('no-check-in', {
    type: 'R6',
    list: 'home-isolation',
    on: ['check_in'],
    silentHours: 24,
  });
  const member = {
    id: 'home-isolation',
    subjectId: 4,
    areaCode: AREA,
    from: T,
    source: 'test',
    reason: '',
  };
  await db.tx((tx) => addMember(tx, HOUSE, member, T, VAULT));
  const matching = host();
  await hear(
    matching,
    admit(1, [{ kind: 'check_in', at: T + 25 * HOUR, person: 77 }]),
    T + 25 * HOUR,
  );
  // What was heard is three hours old: the house catches up, and silence is not judged yet.
  assert.equal(await matching.sweepAbsence(T + 28 * HOUR), 0);
  assert.equal(await matching.sweepAbsence(T + 25 * HOUR), 1);
  assert.equal(await matching.sweepAbsence(T + 25 * HOUR), 0);
  assert.equal(await host().sweepAbsence(T + 25 * HOUR), 0);
  const [signal] = await signals();
  assert.deepEqual(
    [signal?.personId, signal?.areaCode, signal?.evidence.silentSince],
    [4, AREA, T],
  );
});

test('a rule activated before a segment is committed still knows that segment', async () => {
  const matching = host();
  await db.tx(async (tx) => {
    await matching.considerBatch(tx, admit(1, [trip(9)]), T);
    await activate('trip-pills', TRIP);
    await db.tx((other) => matching.refresh(other, undefined, T));
  });
  await hear(matching, admit(2, [sale(9, T + HOUR)]));
  assert.deepEqual(
    (await signals()).map((s) => s.personId),
    [9],
  );
});

test('a record that completes a sequence late makes a signal that says so', async () => {
  await activate('trip-pills', TRIP);
  const matching = host();
  await hear(matching, admit(1, [sale(9, T + 20 * HOUR)]));
  await hear(matching, admit(2, [trip(9, T)]));
  const [signal] = await signals();
  const expected = [true, recordIdOf(1, 0), T + 20 * HOUR];
  assert.deepEqual([signal?.late, signal?.recordId, signal?.at], expected);
});
