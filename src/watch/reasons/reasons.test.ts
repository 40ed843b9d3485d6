import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Actor, HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import type { RuleDoc } from '#base/rules.ts';
import { HOUR } from '#base/time.ts';
import { rowView } from '#engine/columns/index.ts';
import type { Heard } from '#facts/index.ts';
import type { Lake } from '#platform/lake/index.ts';
import { buildHttp } from '#platform/http/index.ts';
import { createActor, scopeFor } from '#registers/access/index.ts';
import { type MandateKeys, openMandateKeys } from '#platform/secrets/index.ts';
import { decisionsPage, liveDecisions, recordDecision } from '#registers/decisions/index.ts';
import { importAreas } from '#registers/areas/index.ts';
import { considerSignals } from '#watch/alerts/index.ts';
import {
  activateRule,
  addMember,
  draftRule,
  installShippedLists,
  reviewRule,
} from '#watch/rules/index.ts';
import { hostMatching } from '#watch/signals/index.ts';
import { anIntake, ndjson, sale } from '../../../tests/builders/intake.ts';
import { reasonsRoutes } from './routes.ts';
import { whyNot } from './why-not.ts';
import { reasonsOf } from './why.ts';

const AREA = '340101001001';
const NOW = Date.now();
const ago = (hours: number): string => new Date(NOW - hours * HOUR).toISOString();
const words = { zh: '规则', en: 'rule' };
const places = {
  byId: new Map([[7, { id: 7, code: 'P001', kind: 'pharmacy', areaCode: AREA } as never]]),
};

const RULES: Record<string, RuleDoc['match']> = {
  'fever-sale': { type: 'R1', on: ['pharmacy_sale'], when: 'temperature >= 38.0 && quantity >= 1' },
  'abroad-sale': { type: 'R2', list: 'abroad', on: ['pharmacy_sale'] },
  'twice-then-fever': {
    type: 'R3',
    first: { on: ['pharmacy_sale'], when: 'quantity >= 2' },
    then: { on: ['pharmacy_sale'], when: 'temperature >= 38.0' },
    withinHours: 48,
  },
  'many-buyers': {
    type: 'R4',
    on: ['pharmacy_sale'],
    when: 'drugClass.startsWith("N02B")',
    by: 'community',
    distinct: 6,
    // No whole milliseconds.
    withinHours: 72.000_000_1,
  },
  'no-check-in': { type: 'R6', list: 'close-contacts', on: ['check_in'], silentHours: 36 },
};

let house: Awaited<ReturnType<typeof anIntake>>;
let lake: Lake;
/** Person ids of the buyers, by their number. */
const person = new Map<number, number>();

before(async () => {
  house = await anIntake({ withLake: true });
  assert.ok(house.lake && house.loader);
  lake = house.lake;
  await house.db.tx(async (tx) => {
    const area = { name: { zh: '市', en: 'City' }, lat: 30, lon: 114 };
    const codes = ['340100000000', '340101000000', '340101001000', AREA];
    const done = await importAreas(
      tx,
      HOUSE,
      codes.map((code) => ({ ...area, code })),
      NOW,
    );
    assert.ok(!isRefusal(done), JSON.stringify(done));
    await installShippedLists(tx, NOW);
  });
  for (const [id, match] of Object.entries(RULES)) await activate(id, match);
  await house.loader.recover();
  const rows = [
    sale(1, { at: ago(90), quantity: 2 }),
    sale(1, { at: ago(20), temperature: 38.4 }),
    sale(2, { at: ago(19), temperature: 37.2, quantity: 3 }),
    sale(3, { at: ago(18) }),
    sale(4, { at: ago(17), drugClass: 'J05A' }),
  ];
  await house.push(ndjson(rows), 'application/x-ndjson');
  await house.drain();
  await house.loader.loadAll();
  const batch = await house.segments.loadSegment(1);
  for (let i = 0; i < batch.rows; i++) {
    const view = rowView(batch, i);
    const hours = Math.round((NOW - view.at) / HOUR);
    const number = new Map([
      [90, 1],
      [20, 1],
      [19, 2],
      [18, 3],
      [17, 4],
    ]).get(hours);
    person.set(number ?? 0, view.person);
  }
});
after(() => house.close());

async function activate(id: string, match: RuleDoc['match']): Promise<void> {
  const doc = {
    ...{ id, title: { zh: `规则 ${id}`, en: `Rule ${id}` }, basis: words, level: 3, match },
    ...{ groupBy: 'person', groupHours: 24, suppressHours: 24, task: 'phone_check' },
  } as RuleDoc;
  await house.db.tx(async (tx) => {
    const drafted = await draftRule(tx, { ...HOUSE, id: 1 }, { doc }, NOW);
    assert.ok(!isRefusal(drafted), JSON.stringify(drafted));
    await reviewRule(tx, { ...HOUSE, id: 2 }, drafted, NOW);
    assert.ok(!isRefusal(await activateRule(tx, { ...HOUSE, id: 3 }, drafted, NOW)));
  });
}
const idOf = (n: number): number => person.get(n) ?? assert.fail(`no person ${n}`);
async function ask(n: number, ruleId: string) {
  const answer = await house.db.tx((tx) =>
    whyNot(tx, { lake, places }, { persons: [idOf(n)], ruleId }, NOW),
  );
  assert.ok(!isRefusal(answer), JSON.stringify(answer));
  return answer;
}

test('R1: a sale without a fever misses by its temperature, and the value is said', async () => {
  const near = await ask(2, 'fever-sale');
  assert.equal(near.holds, false);
  assert.deepEqual(
    near.conditions.map((it) => it.met),
    [true, false],
  );
  const tree = near.conditions[1]?.evaluated?.tree;
  assert.deepEqual(
    tree?.parts.map((it) => [it.result, it.value?.en]),
    [
      ['false', '37.2 °C'],
      ['true', '3'],
    ],
  );
  assert.match(near.nearest.en, /temperature is at least 38/);
  assert.match(near.nearest.zh, /体温不低于/);
  assert.equal((await ask(1, 'fever-sale')).holds, true);
});

test('R2: who is on no list is told so, and a member is not', async () => {
  const near = await ask(3, 'abroad-sale');
  assert.deepEqual(
    near.conditions.map((it) => it.met),
    [true, false],
  );
  assert.match(near.nearest.en, /not on it at any of the 1 records/);
  const member = { id: 'abroad', subjectId: idOf(3), areaCode: AREA, from: NOW - 24 * HOUR };
  await house.db.tx((tx) =>
    addMember(tx, HOUSE, { ...member, source: 's', reason: '' }, NOW, house.vault),
  );
  assert.equal((await ask(3, 'abroad-sale')).holds, true);
});

test('R3: the gap between the two records is said when it is too wide', async () => {
  const near = await ask(1, 'twice-then-fever');
  assert.deepEqual(
    near.conditions.map((it) => it.met),
    [true, true, true, true, false],
  );
  assert.match(near.nearest.en, /within 2 days of the first \(.*: 2 d 22 h apart\)/);
  const other = await ask(2, 'twice-then-fever');
  assert.equal(other.conditions.at(-2)?.met, false, 'the second record is missing');
});

test('R4: needs six persons, and says how many there were without saying who', async () => {
  const near = await ask(1, 'many-buyers');
  assert.equal(near.holds, false);
  assert.match(near.nearest.en, /needs 6; [12] found up to/);
  assert.equal((await ask(4, 'many-buyers')).conditions[1]?.met, false, 'another drug');
});

test('R6: who is not on the list is not missed', async () => {
  const near = await ask(1, 'no-check-in');
  assert.deepEqual(
    near.conditions.map((it) => it.met),
    [false, true],
  );
});

test('a rule that is not active is refused by name', async () => {
  const answer = await house.db.tx((tx) =>
    whyNot(tx, { lake, places }, { persons: [1], ruleId: 'nobody' }, NOW),
  );
  assert.ok(isRefusal(answer) && answer.code === 'no-such-rule');
});

test('an alert explains itself from the ledger: rule and version as a sentence, the values, who decided', async () => {
  const keys = openMandateKeys(house.home, house.vault);
  const matching = hostMatching({
    db: house.db,
    segments: house.segments,
    places,
    mandateKeys: keys,
  });
  const admitted = {
    id: 1,
    toldAt: NOW,
    kind: 'records.admitted' as const,
    key: 'x',
    body: { segment: 1, rows: 5, batches: [], fromAt: NOW - 100 * HOUR, toAt: NOW },
  };
  await house.db.tx((tx) => matching.considerBatch(tx, admitted, NOW));
  const found = await house.db.read((tx) =>
    tx.rows<{ id: number }>('select id from signals.signal order by id'),
  );
  assert.ok(found.length > 0);
  const fact: Heard<'signals.found'> = {
    ...{ id: 2, toldAt: NOW, kind: 'signals.found', key: '1' },
    body: { signalIds: found.map((it) => it.id) },
  };
  await house.db.tx((tx) => considerSignals(tx, fact, NOW));
  await house.db.tx((tx) => considerSignals(tx, fact, NOW));
  const rows = await house.db.read((tx) => liveDecisions(tx, [idOf(1)], NOW));
  const [reason, ...more] = await house.db.read((tx) => reasonsOf(tx, rows, 'resident', NOW));
  assert.equal(more.length, 0);
  assert.deepEqual(
    [reason?.kind, reason?.rule?.id, reason?.rule?.version],
    ['alert', 'fever-sale', 1],
  );
  assert.match(reason?.rule?.sentence.zh ?? '', /体温不低于/);
  assert.match(reason?.words.zh ?? '', /黄色预警/);
  assert.equal(reason?.evaluated[0]?.tree.parts[0]?.value?.zh, '38.4 °C');
  assert.equal(reason?.evaluated[0]?.record?.kind.en, 'Pharmacy sale');
  assert.equal(reason?.decider.en, 'Made by a rule, without a person');
  assert.match(reason?.objection.zh ?? '', /12345/);
  const listed = await house.db.read((tx) => decisionsPage(tx, [idOf(3)], { limit: 10 }));
  assert.deepEqual(
    listed.rows.map((it) => [it.kind, it.ref]),
    [
      ['alert', listed.rows[0]?.ref],
      ['list', 'list:abroad'],
    ],
    'person 3 is listed, and the list rule alerted',
  );
});

test('staff read who decided and stand in the trace; residents read their own, with no name of staff', async () => {
  const clerk = await house.db.tx((tx) =>
    createActor(
      tx,
      HOUSE,
      {
        ...{ login: 'clerk', name: '王科员', roles: ['epidemiologist'], unit: 'cdc' },
        ...{ areaCode: '340100000000', password: null },
      },
      NOW,
    ),
  );
  assert.ok(!isRefusal(clerk));
  const listed = { id: 'home-isolation', subjectId: idOf(4), areaCode: AREA, source: 's' };
  const by = { ...HOUSE, id: clerk.id };
  await house.db.tx((tx) => addMember(tx, by, { ...listed, reason: '' }, NOW, house.vault));
  const staff: Actor = { ...by, roles: ['epidemiologist'], areaCode: '340100000000' };
  const resident: Actor = { ...by, id: -9, roles: ['resident'], areaCode: '340100000000' };
  const who: Record<string, Actor> = { staff, resident: { ...resident, personId: idOf(4) } };
  const keys = openMandateKeys(house.home, house.vault);
  const { app } = await buildHttp({
    db: house.db,
    clock: () => NOW,
    gate: { authenticate: async (token) => who[token], scopeFor },
    routes: reasonsRoutes({ lake, places, keys }),
    onFault: (fault) => assert.fail(String(fault)),
  });
  const get = async (token: string, url: string) => {
    const reply = await app.inject({ url, headers: { authorization: `Bearer ${token}` } });
    return { status: reply.statusCode, text: reply.body };
  };
  const seen = await get('staff', `/api/people/${idOf(4)}/why`);
  assert.match(seen.text, /王科员/);
  const own = await get('resident', '/api/self/why');
  assert.equal(own.status, 200, own.text);
  assert.match(own.text, /列入名单/);
  assert.doesNotMatch(own.text, /王科员/);
  assert.match(own.text, /由工作人员决定/);
  assert.equal((await get('resident', `/api/people/${idOf(4)}/why`)).status, 403);
  await sealedWhy(keys, async () => (await get('resident', '/api/self/why')).text);
  const lines = await house.db.read((tx) =>
    tx.rows<{ action: string }>('select action from trace.entry where persons = $1 order by id', [
      [idOf(4)],
    ]),
  );
  assert.deepEqual(
    lines.map((it) => it.action).filter((it) => it !== 'list.add'),
    ['decision.read', ...Array(3).fill('self.why')],
  );
  await app.close();
});

/** What stands sealed under an order is told while the order's key lives, and to nobody afterwards. */
async function sealedWhy(keys: MandateKeys, read: () => Promise<string>): Promise<void> {
  keys.create(5);
  const vault = keys.vaultFor(5);
  await house.db.tx((tx) =>
    recordDecision(tx, {
      ...{ personId: null, kind: 'list', ref: 'list:close-contacts', mandateId: 5 },
      mark: vault.blindIndex('decision', String(idOf(4))),
      ...{ sealed: vault.seal('{}'), inputs: {}, tree: null, deciderId: 0, at: NOW },
      words: { zh: '依命令列入密接', en: 'Listed under an order' },
    }),
  );
  assert.match(await read(), /依命令列入密接/);
  keys.destroy(5);
  assert.doesNotMatch(await read(), /依命令列入密接/);
}
