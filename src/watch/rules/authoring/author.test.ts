import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HOUSE } from '#base/access.ts';
import type { Refusal } from '#base/refusal.ts';
import type { RuleDoc } from '#base/rules.ts';
import type { Heard } from '#facts/index.ts';
import type { Db } from '#platform/db/index.ts';
import { freshDatabase } from '../../../../tests/builders/database.ts';
import { countRaised, learnFromOutcome } from '../learn.ts';
import { ruleDetail, rulesPage } from '../read.ts';
import { installShippedRules } from '../shipped.ts';
import { ruleStats } from '../stats.ts';
import { activeRules, rulesRevision } from '../store.ts';
import { activateRule, draftRule, retireRule, reviewRule } from './author.ts';

const T = 1_770_000_000_000;
const author = { ...HOUSE, id: 1, name: '作者' };
const reviewer = { ...HOUSE, id: 2, name: '审核' };
const officer = { ...HOUSE, id: 3, name: '个保' };
const words = { zh: '发热打卡', en: 'Fever at check-in' };
const doc: RuleDoc = {
  ...{ id: 'check-in-fever', title: words, basis: words, level: 4, groupBy: 'person' },
  ...{ groupHours: 24, suppressHours: 24, task: 'phone_check' },
  match: { type: 'R1', on: ['check_in'], when: 'temperature >= 38.0' },
};
let db: Db;
let drop: () => Promise<void>;
before(async () => {
  ({ db, drop } = await freshDatabase());
});
after(() => drop());
const codeOf = (x: unknown): string => (x as Refusal).code;

test('a rule goes from draft over another pair of eyes to work, and nobody reviews their own', async () => {
  await db.tx(async (tx) => {
    const key = { id: doc.id, version: 1 };
    assert.deepEqual(await draftRule(tx, author, { doc }, T), { ...key, state: 'draft' });
    assert.equal(codeOf(await activateRule(tx, officer, key, T)), 'rule-state');
    assert.equal(codeOf(await reviewRule(tx, author, key, T)), 'own-review');
    assert.deepEqual(await reviewRule(tx, reviewer, key, T), { ...key, state: 'reviewed' });
    for (const hand of [author, reviewer])
      assert.equal(codeOf(await activateRule(tx, hand, key, T)), 'same-hand');
    const before = await rulesRevision(tx);
    assert.deepEqual(await activateRule(tx, officer, key, T), { ...key, state: 'active' });
    assert.equal(await rulesRevision(tx), before + 1);
    assert.equal(codeOf(await reviewRule(tx, reviewer, key, T)), 'rule-state');
  });
});

test('an edited rule is a new version, and activating it retires the old in the same moment', async () => {
  await db.tx(async (tx) => {
    const edited = { ...doc, match: { type: 'R1', on: ['check_in'], when: 'temperature >= 38.5' } };
    const drafted = await draftRule(tx, author, { doc: edited as RuleDoc }, T + 1);
    assert.deepEqual(drafted, { id: doc.id, version: 2, state: 'draft' });
    await reviewRule(tx, reviewer, { id: doc.id, version: 2 }, T + 2);
    await activateRule(tx, officer, { id: doc.id, version: 2 }, T + 3);
    const detail = await ruleDetail(tx, doc.id);
    assert.deepEqual(
      detail?.versions.map((v) => [v.version, v.state]),
      [
        [2, 'active'],
        [1, 'retired'],
      ],
    );
    assert.equal(detail?.sentence.zh, '出现健康打卡（体温不低于 38.5°C）时，发出蓝色预警。');
    assert.deepEqual(
      (await activeRules(tx)).map((r) => r.version),
      [2],
    );
    const retired = await retireRule(
      tx,
      reviewer,
      { id: doc.id, version: 2, reason: '不再需要' },
      T,
    );
    assert.deepEqual(retired, { id: doc.id, version: 2, state: 'retired' });
  });
});

test('a document with faults is refused with all of them, each with its place', async () => {
  const bad = {
    ...doc,
    id: 'bad-rule',
    match: {
      type: 'R2',
      list: 'nobody',
      on: ['check_in'],
      when: 'temprature > 38 && fromCity == "x"',
    },
  } as RuleDoc;
  const refused = (await db.tx((tx) => draftRule(tx, author, { doc: bad }, T))) as Refusal;
  assert.deepEqual(
    refused.errors?.map((e) => `${e.path} ${e.code}`),
    ['match.when@0 unknown-field', 'match.when@19 field-of-other-kind', 'match.list unknown-list'],
  );
});

test('what the shipped rules need is installed once, by two authorities, in the profile asked for', async () => {
  const first = await db.tx((tx) => installShippedRules(tx, T));
  assert.ok(first.installed >= 60, String(first.installed));
  assert.deepEqual(await db.tx((tx) => installShippedRules(tx, T)), { installed: 0 });
  const page = await db.read((tx) => rulesPage(tx, { q: 'antipyretic-after', limit: 50 }));
  assert.equal(page.rows.length, 1);
  const rules = await db.read(activeRules);
  assert.ok(rules.some((r) => r.doc.id === 'case-mpox'));
  assert.ok(!rules.some((r) => r.doc.id === 'covid19-cluster-v9'));
});

test('outcomes teach the rule its precision, each alert once, the newest outcome counting', async () => {
  const body = { areaCode: '', ruleId: 'school-fever-cluster', ruleVersion: 1 };
  const heard = (alertId: number, outcome: string) =>
    ({
      kind: 'alert.closed',
      key: '1',
      id: 1,
      toldAt: T,
      body: { ...body, alertId, outcome },
    }) as Heard<'alert.closed'>;
  const stats = await db.tx(async (tx) => {
    await countRaised(tx, { body: { ...body, alertId: 1 } } as Heard<'alert.raised'>);
    for (const outcome of ['excluded', 'excluded', 'confirmed', 'confirmed']) {
      await learnFromOutcome(tx, heard(1, outcome));
    }
    await learnFromOutcome(tx, heard(2, 'false_alarm'));
    await learnFromOutcome(tx, heard(3, 'unreachable_handed_over'));
    return ruleStats(tx, 'school-fever-cluster');
  });
  assert.equal(stats.alerts, 3);
  assert.equal(stats.precision, 0.5);
  assert.deepEqual(stats.outcomes, { confirmed: 1, false_alarm: 1, unreachable_handed_over: 1 });
});
