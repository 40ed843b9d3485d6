import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { type Actor, HOUSE } from '#base/access.ts';
import { isRefusal, type Refusal } from '#base/refusal.ts';
import { DAY, HOUR } from '#base/time.ts';
import { type Db, openDb, type Tx } from '#platform/db/index.ts';
import {
  newSigner,
  openMandateKeys,
  vaultOf,
  verifyDocument,
  publicKeysIn,
} from '#platform/secrets/index.ts';
import { importAreas } from '#registers/areas/index.ts';
import { loadDiseases, shippedDiseases } from '#registers/diseases/index.ts';
import { freshDatabase } from '../../../tests/builders/database.ts';
import { certificateOf, hashOf, witnessDestruction } from './certificate.ts';
import type { Mandate, Proposal } from './contract.ts';
import { decideMandate, revokeMandate } from './decide.ts';
import { proposeMandate } from './propose.ts';
import { mandateById, mandatesPage } from './store.ts';
import { chainNext, chainStart, type MandateStore, runSunset } from './sunset.ts';
import { functionViews, underMandate } from './under.ts';

const T = Date.parse('2026-03-02T09:00:00+08:00');
const CITY = '429900000000';
const DISTRICT = '429901000000';
const OTHER = '429902000000';

const home = mkdtempSync(join(tmpdir(), 'fenghuo-mandates-'));
const keys = openMandateKeys(home, vaultOf([{ id: 1, key: Buffer.alloc(32, 7) }]));
const signer = newSigner();
let db: Db;
let drop: () => Promise<void>;
before(async () => {
  const fresh = await freshDatabase();
  ({ db, drop } = fresh);
  const owner = openDb(fresh.ownerUrl, { max: 1 });
  await owner.tx(async (tx) => {
    await tx.run(`insert into mandates.simulation values ('test')`);
    await tx.run('create schema probe');
    await tx.run('create table probe.row (mandate_id int, mark text)');
    await tx.run(`create trigger guard before insert on probe.row
      for each row execute function mandates.require('bulk_lists')`);
  });
  await owner.close();
  await db.tx(async (tx) => {
    const area = (code: string) => ({ code, name: { zh: code, en: code }, lat: 30, lon: 114 });
    await importAreas(tx, HOUSE, [area(CITY), area(DISTRICT), area(OTHER)], T);
    for (const pack of shippedDiseases().packs) await loadDiseases(tx, HOUSE, pack, T);
  });
});
after(async () => {
  await drop();
  rmSync(home, { recursive: true, force: true });
});

const actor = (id: number, unit: string, areaCode = CITY): Actor => ({
  ...HOUSE,
  id,
  login: `a${id}`,
  name: `人${id}`,
  unit,
  areaCode,
});
const CDC = actor(11, 'cdc');
const HQ = actor(12, 'hq');
const DPO = actor(13, 'dpo');

let n = 0;
let order: Proposal;
beforeEach(() => {
  order = {
    functions: ['bulk_lists'],
    authority: '江州市疫情防控指挥部',
    documentNo: `江防指〔2026〕${++n}号`,
    articles: ['ids2025-13', 'pipl-13-4'],
    areas: [DISTRICT],
    disease: null,
    population: '密切接触者',
    startsAt: T,
    endsAt: T + 10 * DAY,
    reviewAt: T + 5 * DAY,
    reason: '聚集性疫情',
    retention: {},
  };
});

function sure<R>(result: R | Refusal): R {
  if (isRefusal(result)) assert.fail(`${result.code}: ${JSON.stringify(result.errors ?? '')}`);
  return result;
}
const codeOf = (result: unknown): string => (isRefusal(result) ? result.code : 'no refusal');
const tx = <R>(work: (it: Tx) => Promise<R>): Promise<R> => db.tx(work);
const live = async (more: Partial<Proposal> = {}): Promise<Mandate> => {
  const documentNo = `江防指〔2026〕${++n}号`;
  const wanted = { ...order, documentNo, ...more };
  const made = sure(await tx((it) => proposeMandate(it, CDC, wanted, T)));
  const input = { id: made.id, approve: true, note: '' };
  return sure(await tx((it) => decideMandate(it, keys, HQ, input, T)));
};
const ask = (areaCode: string, at: number, disease?: string) =>
  tx((it) => underMandate(it, 'bulk_lists', { areaCode, disease }, at));

test('without a live order a function is refused, and what is not built no order switches on', async () => {
  assert.equal(codeOf(await ask(DISTRICT, T)), 'no-mandate');
  const views = await tx((it) => functionViews(it, T));
  assert.deepEqual(
    views.filter((it) => it.isOn),
    [],
  );
  for (const fn of ['passes', 'zones', 'isolation', 'carrier_data'] as const) {
    const wanted = { ...order, functions: [fn] };
    const made = await tx((it) => proposeMandate(it, CDC, wanted, T));
    assert.ok(isRefusal(made) && made.errors?.[0]?.code === 'not-built');
    const asked = await tx((it) => underMandate(it, fn, { areaCode: DISTRICT }, T));
    assert.equal(codeOf(asked), 'no-mandate');
  }
});

test('two people of two units, both named: nobody approves their own, nor a colleague', async () => {
  const made = sure(await tx((it) => proposeMandate(it, CDC, order, T)));
  const decide = (by: Actor) =>
    tx((it) => decideMandate(it, keys, by, { id: made.id, approve: true, note: '' }, T));
  assert.equal(codeOf(await decide(CDC)), 'same-hand');
  assert.equal(codeOf(await decide(actor(14, 'cdc'))), 'same-unit');
  assert.equal(codeOf(await decide(actor(15, ''))), 'same-unit');
  assert.equal(codeOf(await tx((it) => proposeMandate(it, actor(16, ''), order, T))), 'no-unit');
  assert.equal(keys.has(made.id), false, 'no key without an approval');
  assert.equal(sure(await decide(HQ)).state, 'live');
  assert.equal(codeOf(await decide(DPO)), 'not-proposed');
  assert.ok(keys.has(made.id));
  const revoke = { id: made.id, reason: '误报' };
  assert.equal(sure(await tx((it) => revokeMandate(it, DPO, revoke, T + 1))).ending, 'revoked');
  assert.equal(codeOf(await tx((it) => revokeMandate(it, DPO, revoke, T + 2))), 'not-running');
});

test('a proposal names every fault at once', async () => {
  const wrong = {
    ...order,
    endsAt: T + 91 * DAY,
    reviewAt: T + 92 * DAY,
    articles: ['made-up'],
    areas: ['990000000000'],
    disease: 'no-disease',
    retention: { lists: 90 },
  };
  const made = await tx((it) => proposeMandate(it, CDC, wrong, T));
  assert.ok(isRefusal(made));
  assert.deepEqual(
    made.errors?.map((it) => it.path),
    ['endsAt', 'reviewAt', 'articles', 'retention.lists', 'areas', 'disease'],
  );
  const other = { ...order, articles: ['ids2025-58', 'pipl-28'] };
  const bare = await tx((it) => proposeMandate(it, CDC, other, T));
  assert.ok(isRefusal(bare) && bare.errors?.[0]?.code === 'not-for', 'laws about something else');
  const clerk = actor(17, 'district', OTHER);
  const far = await tx((it) => proposeMandate(it, clerk, order, T));
  assert.ok(isRefusal(far) && far.errors?.[0]?.code === 'elsewhere');
  assert.equal(
    codeOf(await tx((it) => proposeMandate(it, CDC, { ...order, articles: [] }, T))),
    'invalid-order',
  );
});

test('an order reaches its areas, its disease and its time, and says when it ended', async () => {
  const made = await live({ startsAt: T + HOUR, disease: 'covid19' });
  assert.equal(made.state, 'approved');
  const at = T + 2 * HOUR;
  assert.equal(codeOf(await ask(DISTRICT, T, 'covid19')), 'no-mandate');
  assert.equal(sure(await ask('429901001001', at, 'covid19')).id, made.id);
  assert.equal(codeOf(await ask(OTHER, at, 'covid19')), 'no-mandate');
  assert.equal(codeOf(await ask('', at, 'covid19')), 'no-mandate');
  assert.equal(codeOf(await ask(DISTRICT, at)), 'no-mandate');
  assert.equal(codeOf(await ask(DISTRICT, at, 'measles')), 'no-mandate');
  const last = sure(await ask(DISTRICT, made.endsAt - 1, 'covid19'));
  assert.equal(last.id, made.id);
  const late = await ask(DISTRICT, made.endsAt, 'covid19');
  assert.ok(isRefusal(late));
  assert.ok(late.text.zh.includes(made.documentNo) && late.text.zh.includes('2026-03-12 09:00'));
  assert.ok(late.text.en.includes('expired'));
});

test('the tables take no row without a live order, whoever writes by hand', async () => {
  const at = (now: number, id: number | null) =>
    tx(async (it) => {
      await it.row(`select set_config('fenghuo.now', $1, true)`, [new Date(now).toISOString()]);
      await it.run('insert into probe.row (mandate_id, mark) values ($1, $2)', [id, 'x']);
    });
  const made = await live();
  const other = await live({ functions: ['companions'] });
  await at(T, made.id);
  for (const [now, id] of [
    [T, null],
    [T, other.id],
    [T - 1, made.id],
    [made.endsAt, made.id],
  ] as const) {
    await assert.rejects(at(now, id), (fault: Error) =>
      /no live mandate/.test(String(fault.cause)),
    );
  }
  await tx((it) => revokeMandate(it, DPO, { id: made.id, reason: 'x' }, T + HOUR));
  await assert.rejects(at(T + HOUR, made.id));
});

test('an order that was decided is not widened, prolonged or undone in the tables', async () => {
  const made = await live();
  for (const change of [
    `ends_at = ends_at + interval '1 day'`,
    `areas = '{429900000000}'`,
    `stage = 'proposed'`,
    `decided_by = 99`,
    `proposed_unit = 'hq'`,
  ]) {
    await assert.rejects(
      tx((it) => it.run(`update mandates.mandate set ${change} where id = $1`, [made.id])),
      change,
    );
  }
  await assert.rejects(tx((it) => it.run('delete from mandates.mandate where id = $1', [made.id])));
});

test('orders are listed by state as the clock has it', async () => {
  const made = await live();
  const states = async (now: number) => {
    const found: string[] = [];
    for (const state of ['proposed', 'approved', 'live', 'ended'] as const) {
      const page = await tx((it) => mandatesPage(it, { state, limit: 200 }, now));
      if (page.rows.some((it) => it.id === made.id)) found.push(state);
    }
    return found;
  };
  assert.deepEqual(await states(T - 1), ['approved']);
  assert.deepEqual(await states(T), ['live']);
  assert.deepEqual(await states(made.endsAt), ['ended']);
});

test('the sunset waits for the clocks, goes on after a kill, and signs what anybody can verify', async () => {
  const made = await live({ retention: { lists: 2 } });
  const marks = ['01', '02', '03', '04', '05'];
  const rows = [...marks];
  let kill = 0;
  const store: MandateStore = {
    store: 'probe.row',
    dataClass: 'lists',
    take: async (_it, id, limit) => {
      if (id !== made.id) return [];
      if (++kill === 2) throw new Error('killed');
      return rows.splice(0, limit);
    },
  };
  const run = (now: number) => runSunset({ db, keys, signer, stores: [store], rowsMax: 2 }, now);
  const over = made.endsAt;
  await run(over);
  await run(over + 2 * DAY - 1);
  assert.equal(rows.length, 5, 'the clock runs two days more');
  assert.ok(keys.has(made.id));
  await assert.rejects(run(over + 2 * DAY), /killed/);
  assert.equal(rows.length, 3);
  assert.ok(keys.has(made.id), 'the key goes last');
  await run(over + 2 * DAY);
  assert.equal(keys.has(made.id), false);
  assert.equal((await tx((it) => mandateById(it, made.id, over)))?.state, 'destroyed');
  const paper = await tx((it) => certificateOf(it, made.id));
  assert.ok(paper);
  const open = publicKeysIn(signer.publicPem);
  const { document, signature } = paper;
  assert.equal(verifyDocument(open, { document, signature: signature as never }), 'right');
  const forged = { ...document, destroyed: [] };
  assert.notEqual(
    verifyDocument(open, { document: forged, signature: signature as never }),
    'right',
  );
  const [row] = document.destroyed as { rows: number; chain: string }[];
  assert.equal(row?.rows, 5);
  assert.equal(row?.chain, marks.reduce(chainNext, chainStart('probe.row')));
  assert.equal(paper.hash, hashOf(document));
  const told = await tx((it) =>
    it.rows<{ kind: string; n: number }>(
      `select kind, count(*) as n from outbox.facts where key = $1 and kind like 'mandate.%'
       group by kind order by kind`,
      [String(made.id)],
    ),
  );
  assert.deepEqual(
    told.map((it) => [it.kind, it.n]),
    [
      ['mandate.destroyed', 1],
      ['mandate.ended', 1],
      ['mandate.started', 1],
    ],
  );
});

test('a witness signs the hash of the certificate, once, and is neither of the two hands', async () => {
  const made = await live({ retention: { lists: 0 } });
  const said = { order: made, name: '公证员甲', organisation: '江州公证处', statement: '在场见证' };
  const witness = (by: Actor) => tx((it) => witnessDestruction(it, signer, by, said, T));
  assert.equal(codeOf(await witness(DPO)), 'no-certificate');
  await runSunset({ db, keys, signer, stores: [] }, made.endsAt);
  assert.equal(codeOf(await witness(HQ)), 'same-hand');
  assert.equal(codeOf(await witness(CDC)), 'same-hand');
  const signed = sure(await witness(DPO));
  assert.equal(codeOf(await witness(DPO)), 'witnessed');
  const paper = await tx((it) => certificateOf(it, made.id));
  assert.equal(paper?.witnesses[0]?.document.certificateHash, paper?.hash);
  assert.equal(signed.certificateHash, paper?.hash);
  await assert.rejects(tx((it) => it.run('delete from mandates.witness')));
  await assert.rejects(tx((it) => it.run(`update mandates.certificate set hash = 'x'`)));
});
