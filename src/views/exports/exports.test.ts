import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Actor } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { DAY } from '#base/time.ts';
import { codeOf, smallCity, sure, T0, VAULT } from '../../../tests/builders/loop.ts';
import { ask, decideExport, withdraw } from './ask.ts';
import { exportOfMark, fetchExport, markFor } from './fetch.ts';
import type { LineDeps } from './lines.ts';
import { LIMITS } from './contract.ts';
import type { AskRow } from './store.ts';

let city: Awaited<ReturnType<typeof smallCity>>;
const deps = {
  areas: { byCode: new Map() },
  places: { byCode: new Map(), byId: new Map() },
  vault: VAULT,
} as unknown as LineDeps;
const dpo = () => ({
  ...city.actor('epi'),
  id: 900,
  roles: ['data_protection_officer'],
  unit: 'dpo',
});
const FAR = '429902001001';

before(async () => {
  city = await smallCity();
  await city.db.tx(async (tx) => {
    await tx.run(
      `insert into people.person (id, status, area_code, made_at)
       select n, 'identified', $1, $2 from generate_series(1001, 1200) n`,
      ['429901002001', new Date(T0)],
    );
    await tx.run(
      `insert into people.person (id, status, area_code, made_at)
       select n, 'identified', $1, $2 from generate_series(2001, 2010) n`,
      [FAR, new Date(T0)],
    );
  });
});
after(() => city.drop());

/** Each request on a day of its own: small files of one day are counted together. */
let days = 0;
const asked = (login: string, purpose = '核对密接名单', filter = {}, now = T0 + days++ * DAY) =>
  city.db.tx((tx) => ask(tx, city.scope(login), { subject: 'people', filter, purpose }, now));
const decided = (id: number, approve: boolean, unit = 'hq', actor: Actor = dpo()) => {
  const input = { id, approve, note: '已核对用途', askerUnit: async () => unit };
  return city.db.tx((tx) => decideExport(tx, actor, input, T0));
};
const file = async (login: string, id: number, now = T0): Promise<string> => {
  const fetched = sure(await fetchExport(city.db, deps, { scope: city.scope(login), id }, now));
  return (await Array.fromAsync(fetched.lines)).join('');
};

test('few rows come at once, marked in every line, and name no other district', async () => {
  const row = sure(await asked('street', '本街道核对', { areaCode: '429901001001' }));
  assert.deepEqual([row.state, row.rows], ['approved', 50]);
  const text = await file('street', row.id);
  const lines = text.trimEnd().split('\r\n');
  assert.equal(lines.length, 52);
  const mark = markFor(VAULT, row.id);
  assert.ok(lines[0]?.startsWith(`\uFEFF${mark}`) && lines[0].includes('本街道核对'));
  assert.ok(lines.slice(2).every((line) => line.endsWith(`,${mark}`)));
  assert.ok(!text.includes(FAR));
  const found = await exportOfMark(city.db, VAULT, mark.toLowerCase());
  assert.equal((found as AskRow).id, row.id);
  assert.equal(codeOf(await exportOfMark(city.db, VAULT, `E${row.id}-00000000`)), 'no-such-export');
});

test('every person of a fetched page stands in the audit trail under the export and its purpose', async () => {
  const row = sure(await asked('street', '查看留痕', { areaCode: '429901001001' }));
  await file('street', row.id);
  const entries = await city.db.read((tx) =>
    tx.rows<{ n: number; purpose: string }>(
      `select cardinality(persons) as n, purpose from trace.entry where subject = $1`,
      [`export:${row.id}`],
    ),
  );
  assert.deepEqual(entries, [{ n: 50, purpose: `export:${row.id} 查看留痕` }]);
});

test('many rows wait for somebody else of another agency, and no fetch comes before', async () => {
  const row = sure(await asked('district'));
  assert.deepEqual([row.state, row.rows], ['asked', 250]);
  const early = { scope: city.scope('district'), id: row.id };
  assert.equal(codeOf(await fetchExport(city.db, deps, early, T0)), 'export-not-approved');
  assert.equal(codeOf(await decided(row.id, true, 'dpo')), 'own-export');
  assert.equal(codeOf(await decided(row.id, true, 'hq', city.actor('district'))), 'own-export');
  assert.equal(sure(await decided(row.id, true)).state, 'approved');
  assert.equal(codeOf(await decided(row.id, false)), 'export-decided');
  const text = await file('district', row.id);
  assert.equal(text.trimEnd().split('\r\n').length, 252);
  assert.ok(!text.includes(FAR), 'the next district is not in it');
});

test('nobody fetches what another asked for, nor more often or later than allowed', async () => {
  const row = sure(await asked('street', '限次核对', { areaCode: '429901001001' }));
  const other = { scope: city.scope('district'), id: row.id };
  assert.equal(codeOf(await fetchExport(city.db, deps, other, T0)), 'no-such-export');
  for (let i = 0; i < LIMITS.downloadsMax; i++) await file('street', row.id);
  const own = { scope: city.scope('street'), id: row.id };
  assert.equal(codeOf(await fetchExport(city.db, deps, own, T0)), 'export-expired');
  const late = sure(await asked('street', '过期核对', { areaCode: '429901001001' }));
  const asOf = late.expiresAt ?? 0;
  const tooLate = await fetchExport(city.db, deps, { ...own, id: late.id }, asOf);
  assert.equal(codeOf(tooLate), 'export-expired');
});

test('a long list in slices waits like a long list: free rows are counted over the day, also at once', async () => {
  const day = T0 + 900 * DAY;
  const slice = (now = day) => asked('district', '分批导出', { areaCode: '429901001001' }, now);
  const first = await Promise.all(Array.from({ length: 7 }, () => slice()));
  const states = first.map((it) => sure(it).state);
  assert.equal(states.filter((it) => it === 'approved').length, 6, '6 × 50 rows are 300');
  assert.equal(sure(await slice()).state, 'asked');
  assert.equal(sure(await slice(day + DAY)).state, 'approved', 'the next day begins anew');
});

test('who moved to another district takes nothing of it under the old request', async () => {
  const row = sure(await asked('street', '调岗之前', { areaCode: '429901001001' }));
  const scope = { ...city.scope('street'), areaPrefix: '429902', purpose: 'export.ask' };
  const actor = { ...city.actor('street'), areaCode: '429902000000' };
  const moved = await fetchExport(city.db, deps, { scope: { ...scope, actor }, id: row.id }, T0);
  assert.equal(codeOf(moved), 'export-elsewhere');
});

test('an approver of no agency, and an asker of none, are not two agencies', async () => {
  const row = sure(await asked('district', '单位不明'));
  assert.equal(codeOf(await decided(row.id, true, '')), 'own-export');
  const { unit: _, ...nobodys } = dpo();
  assert.equal(codeOf(await decided(row.id, true, 'hq', nobodys)), 'own-export');
});

test('rows that came after the approval do not leave with it', async () => {
  const row = sure(await asked('street', '防止膨胀', { areaCode: '429901001001' }));
  await city.db.tx((tx) =>
    tx.run(
      `insert into people.person (id, status, area_code, made_at)
       values (3001, 'identified', '429901001001', now())`,
    ),
  );
  assert.equal((await file('street', row.id)).trimEnd().split('\r\n').length, 52);
  await city.db.tx((tx) => tx.run('delete from people.person where id = 3001'));
});

test('a declined or withdrawn request stays so; who may not read a list cannot ask for it', async () => {
  const declined = sure(await asked('district', '将被拒绝'));
  assert.equal(sure(await decided(declined.id, false)).state, 'declined');
  const taken = sure(await asked('district', '将被撤回'));
  const by = city.actor('district');
  const own = await city.db.tx((tx) => withdraw(tx, by, { id: taken.id }, T0));
  assert.equal(sure(own).state, 'withdrawn');
  assert.equal(codeOf(await decided(taken.id, true)), 'export-decided');
  const supervisor = {
    ...city.scope('chief'),
    actor: { ...city.actor('chief'), roles: ['supervisor'] },
  };
  const refused = await city.db.tx((tx) =>
    ask(tx, supervisor, { subject: 'people', filter: {}, purpose: '监督检查' }, T0),
  );
  assert.ok(isRefusal(refused) && refused.code === 'no-permit');
});
