import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client } from 'pg';
import { type Actor, HOUSE, type Scope } from '#base/access.ts';
import { idCheckChar } from '#base/checksums.ts';
import { isRefusal, type Refusal } from '#base/refusal.ts';
import { DAY, HOUR, MINUTE } from '#base/time.ts';
import { LAKE_STEPS, LAKE_TABLE } from '#intake/records/index.ts';
import { HOUSE_SIGHT, openDb } from '#platform/db/index.ts';
import { type Lake, openLake } from '#platform/lake/index.ts';
import type { Route } from '#platform/http/index.ts';
import { drain } from '#platform/outbox/index.ts';
import {
  newSigner,
  openMandateKeys,
  openVault,
  publicKeysIn,
  type Vault,
  verifyDocument,
} from '#platform/secrets/index.ts';
import { importAreas } from '#registers/areas/index.ts';
import {
  decideMandate,
  type Mandate,
  mandateRoutes,
  type Proposal,
  proposeMandate,
  runSunset,
} from '#registers/mandates/index.ts';
import { newResolver } from '#registers/people/index.ts';
import { companionRoutes } from '#watch/companions/index.ts';
import { dropMandate, importMembers, installShippedLists, memberFeed } from '#watch/rules/index.ts';
import { MANDATE_STORES } from '../../src/entry/schedule.ts';
import { freshDatabase, type FreshDatabase } from '../builders/database.ts';

/**
 * The sunset drill: an order is given, used, copied away with everything a backup would take, and
 * ends. Afterwards neither the house nor the copy can say who was listed or who met whom.
 */
const CITY = '990100000000';
const COMMUNITY = '990102001001';
const MEMBERS = 25;
const now = Date.now();

const home = mkdtempSync(join(tmpdir(), 'fenghuo-sunset-'));
const backup = mkdtempSync(join(tmpdir(), 'fenghuo-sunset-copy-'));
const vault = openVault({ home });
const keys = openMandateKeys(home, vault);
const signer = newSigner();
const places = { byCode: new Map(), byId: new Map() };
let fresh: FreshDatabase;
let lake: Lake;
let copyUrl = '';

before(async () => {
  fresh = await freshDatabase();
  lake = await openLake({ home });
  await lake.migrate(LAKE_STEPS);
  await fresh.db.tx(async (tx) => {
    const area = (code: string) => ({ code, name: { zh: code, en: code }, lat: 30, lon: 114 });
    const chain = [CITY, '990102000000', '990102001000', COMMUNITY].map(area);
    sure(await importAreas(tx, HOUSE, chain, now));
    await installShippedLists(tx, now);
  });
});
after(async () => {
  await lake.stop();
  await fresh.drop();
  if (copyUrl) await asOwner('postgres', `drop database ${copyOf()} with (force)`);
  for (const folder of [home, backup]) rmSync(folder, { recursive: true, force: true });
});

function sure<R>(result: R | Refusal): R {
  if (isRefusal(result)) assert.fail(`${result.code} ${JSON.stringify(result.errors ?? '')}`);
  return result;
}
const actor = (id: number, unit: string): Actor => ({
  ...HOUSE,
  id,
  login: unit,
  name: unit,
  roles: ['epidemiologist'],
  unit,
  areaCode: CITY,
});
const CDC = actor(21, 'cdc');
const HQ = actor(22, 'hq');
const scope: Scope = { actor: CDC, areaPrefix: '9901', purpose: 'test' };

let orders = 0;
async function ordered(functions: Proposal['functions']): Promise<Mandate> {
  const wanted: Proposal = {
    functions,
    authority: '市指挥部',
    documentNo: `令${++orders}`,
    articles: ['pipl-13-4'],
    areas: [CITY],
    disease: null,
    population: '密接',
    startsAt: now - HOUR,
    endsAt: now + 10 * DAY,
    reviewAt: now + 5 * DAY,
    reason: '演练',
    retention: {},
  };
  const made = sure(await fresh.db.tx((tx) => proposeMandate(tx, CDC, wanted, now)));
  const approval = { id: made.id, approve: true, note: '' };
  return sure(await fresh.db.tx((tx) => decideMandate(tx, keys, HQ, approval, now)));
}

const csv = (count: number, documentOf: (n: number) => string) =>
  [
    'idType,idNo,name,areaCode',
    ...Array.from({ length: count }, (_, n) => `${documentOf(n)},某某,${COMMUNITY}`),
  ].join('\n');
function citizen(n: number): string {
  const body = `99010219800101${String(n).padStart(3, '0')}`;
  return `citizen,${body}${idCheckChar(body)}`;
}
const imported = (text: string, who: Actor = HOUSE) => {
  const resolver = newResolver(vault, { places });
  const input = { id: 'close-contacts', format: 'csv' as const, text, source: '疾控' };
  return importMembers(
    { db: fresh.db, resolver, keys, vault },
    who,
    { ...input, incident: 'case:1' },
    now,
  );
};

/** A handler as the door would call it. */
async function call<T>(routes: readonly Route[], path: string, more: object, at = now) {
  const [method, url] = path.split(' ');
  const found = routes.find((it) => it.endpoint.method === method && it.endpoint.path === url);
  assert.ok(found, path);
  const { db } = fresh;
  const base = { db, scope, actor: CDC, now: at, query: { limit: 50 }, params: {}, body: {} };
  return (await found.handle({ ...base, ...more } as never)) as T | Refusal;
}
const routesNow = () => companionRoutes({ lake, vault, keys, places });

const copyOf = (): string => `${new URL(fresh.ownerUrl).pathname.slice(1)}_copy`;
async function asOwner(database: string, ...statements: readonly string[]) {
  const url = new URL(fresh.ownerUrl);
  url.pathname = `/${database}`;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    for (const sql of statements) await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Everything a backup takes: the database whole, and every file but the orders' keys. */
async function copyAll(): Promise<void> {
  const source = new URL(fresh.ownerUrl).pathname.slice(1);
  await asOwner(
    'postgres',
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${source}'`,
    `create database ${copyOf()} template ${source}`,
  );
  const url = new URL(fresh.ownerUrl);
  url.pathname = `/${copyOf()}`;
  copyUrl = url.href;
  const isKept = (path: string): boolean => !path.startsWith(join(home, 'keys', 'mandates'));
  cpSync(join(home, 'keys'), join(backup, 'keys'), { recursive: true, filter: isKept });
}

/** Sealed values of a database, of every table that holds what came in under an order. */
async function sealedIn(url: string): Promise<Buffer[]> {
  const db = openDb(url, { max: 1 }).seeing(HOUSE_SIGHT);
  const rows = await db.read((tx) =>
    tx.rows<{ sealed: Buffer }>(
      `select sealed from rules.sealed_member union all select sealed from companions.inquiry
       union all select sealed from decisions.decision where sealed is not null`,
    ),
  );
  await db.close();
  return rows.map((row) => row.sealed);
}
const opens = (sealed: Buffer, by: Vault): boolean => {
  try {
    return by.open(sealed).length > 0;
  } catch {
    return false;
  }
};

test('without an order a list of many is refused, by the verb and by the tables', async () => {
  const refused = await imported(csv(MEMBERS, citizen));
  assert.ok(isRefusal(refused) && refused.code === 'no-mandate');
  const few = sure(await imported(csv(3, (n) => citizen(500 + n))));
  assert.deepEqual([few.imported, few.mandateId], [3, null]);
  const byHand = `insert into rules.list_member
    (list_id, subject_id, area_code, from_at, until_at, source)
    select 'close-contacts', 9000 + n, '', now(), now() + interval '1 day', 'x'
    from generate_series(1, 21) as n`;
  await assert.rejects(
    fresh.db.tx((tx) => tx.run(byHand)),
    (fault: Error) => /under an order only/.test(String(fault.cause)),
  );
  const sealed = `insert into rules.sealed_member
    (list_id, mandate_id, mark, gist, sealed, area_code, from_at, until_at)
    values ('close-contacts', 77, 'a', 'b', 'c', '', now(), now() + interval '1 day')`;
  await assert.rejects(
    fresh.db.tx((tx) => tx.run(sealed)),
    (fault: Error) => /no live mandate/.test(String(fault.cause)),
  );
});

test('a long list in small parts is a long list', async () => {
  const part = (from: number) =>
    imported(
      csv(10, (n) => citizen(700 + from + n)),
      CDC,
    );
  sure(await part(0));
  sure(await part(0));
  sure(await part(10));
  const refused = await part(11);
  assert.ok(isRefusal(refused) && refused.code === 'no-mandate', 'part by part');
});

test('the drill: ordered, used, copied, ended, destroyed; the certificate verifies and nothing opens', async () => {
  const order = await ordered(['bulk_lists', 'companions']);
  const done = sure(await imported(csv(MEMBERS, citizen)));
  assert.deepEqual([done.imported, done.mandateId, done.faultsTotal], [MEMBERS, order.id, 0]);
  const feed = () => fresh.db.read((tx) => memberFeed(tx, keys, 'close-contacts', 0, 1000));
  const first = await feed();
  const again = sure(await imported(csv(MEMBERS, citizen)));
  assert.equal(again.imported, MEMBERS);
  assert.deepEqual(await feed(), first, 'a repeated import changes nothing');
  const listed = first.filter((it) => it.mandateId === order.id && it.subjectId !== null);
  assert.equal(listed.length, MEMBERS, 'the matcher opens who is listed');
  assert.ok(
    listed.every((it) => it.until <= order.endsAt),
    'nobody stays longer than the order',
  );

  const [a, b, c] = listed.map((it) => it.subjectId);
  const row = (id: number, person: unknown, at: number, place: number) =>
    `(${id}, 'pharmacy_sale', fromUnixTimestamp64Milli(${at}), ${person}, '${COMMUNITY}', ${place}, '${COMMUNITY}')`;
  const met = now - 3 * HOUR;
  await lake.run(
    `insert into ${LAKE_TABLE} (id, kind, at, person, personArea, place, placeArea) values
     ${[row(1, a, met, 7), row(2, b, met + 4 * MINUTE, 7), row(3, c, met + 90 * MINUTE, 7), row(4, c, met, 8)]}`,
  );
  const ask = { from: met - HOUR, until: now, minutes: 10, purpose: '密接排查' };
  const asked = sure(
    await call<{ id: number; rows: { personId: number; gapMinutes: number }[] }>(
      routesNow(),
      'POST /api/people/:id/companions',
      { params: { id: a }, body: ask },
    ),
  );
  assert.deepEqual(
    asked.rows.map((it) => [it.personId, it.gapMinutes]),
    [[b, 4]],
  );
  const back = await call<{ rows: object[] }>(routesNow(), 'GET /api/companions/:id', {
    params: { id: asked.id },
  });
  assert.deepEqual(sure(back).rows, asked.rows, 'its holders come back to it');
  const entries = await fresh.db.read((tx) =>
    tx.rows<{ action: string; persons: number[]; order: number }>(
      `select action, persons, mandate_id as order from trace.entry
       where action like 'companion.%' order by id limit 2`,
    ),
  );
  assert.deepEqual(entries, [
    { action: 'companion.read', persons: [a], order: order.id },
    { action: 'companion.shown', persons: [b], order: order.id },
  ]);

  await copyAll();
  const copied = await sealedIn(copyUrl);
  assert.equal(
    copied.length,
    3 * MEMBERS + 1,
    'members, the decisions of both imports, one answer',
  );
  assert.ok(
    copied.every((it) => opens(it, keys.vaultFor(order.id))),
    'before the end the key opens the copy: the drill can fail',
  );

  const over = order.endsAt;
  const late = await call(routesNow(), 'POST /api/people/:id/companions', {
    params: { id: a },
    body: ask,
    now: over,
  });
  assert.ok(
    isRefusal(late) && late.code === 'no-mandate' && late.text.zh.includes(order.documentNo),
  );
  const gone = await call(routesNow(), 'GET /api/companions/:id', {
    params: { id: asked.id },
    now: over,
  });
  assert.ok(isRefusal(gone) && gone.code === 'no-such-inquiry');
  const run = (at: number) =>
    runSunset({ db: fresh.db, keys, signer, stores: MANDATE_STORES, rowsMax: 7 }, at);
  await run(over);
  const hears = { 'mandate.ended': [{ name: 'rules.dropMandate', react: dropMandate }] };
  await drain(fresh.db, hears, () => over);
  assert.ok((await feed()).filter((it) => it.mandateId !== null).every((it) => it.removed));
  assert.equal(await run(over + 30 * DAY - 1), 0, 'the clock of retention still runs');
  assert.equal(await run(over + 30 * DAY), 1);

  assert.equal(existsSync(join(home, 'keys', 'mandates', `${order.id}.key`)), false);
  const routes = mandateRoutes({ keys, signer, stores: MANDATE_STORES });
  type Paper = { document: Record<string, unknown>; signature: never; hash: string };
  const paper = sure(
    await call<Paper>(routes, 'GET /api/mandates/:id/certificate', { params: { id: order.id } }),
  );
  const { document, signature } = paper;
  assert.equal(verifyDocument(publicKeysIn(signer.publicPem), { document, signature }), 'right');
  const counts = (document.destroyed as { store: string; rows: number }[]).map((it) => [
    it.store,
    it.rows,
  ]);
  assert.deepEqual(counts, [
    ['companions.inquiry', 1],
    ['rules.sealed_member', MEMBERS],
  ]);
  const left = [...(await sealedIn(fresh.ownerUrl)), ...(await sealedIn(copyUrl))];
  const remaining = [openVault({ home }), openVault({ home: backup }), vault];
  assert.ok(left.length > copied.length, 'decisions stay in the house, sealed');
  for (const sealed of left) for (const by of remaining) assert.equal(opens(sealed, by), false);
  assert.throws(
    () => openMandateKeys(backup, openVault({ home: backup })).vaultFor(order.id),
    /gone/,
  );
});

test('an exercise lists synthetic people only, whatever the file or the hand says', async () => {
  const order = await ordered(['exercise', 'bulk_lists']);
  const real = sure(await imported(csv(MEMBERS, (n) => citizen(100 + n))));
  assert.deepEqual([real.imported, real.mandateId, real.faultsTotal], [0, order.id, MEMBERS]);
  const drill = (n: number) => `passport,EXR${String(n).padStart(6, '0')}`;
  const made = sure(await imported(csv(MEMBERS, drill)));
  assert.equal(made.imported, MEMBERS);
  const known = await fresh.db.read((tx) =>
    tx.row<{ made: number; real: number }>(
      `select count(*) filter (where synthetic) as made,
         min(id) filter (where not synthetic) as real from people.person`,
    ),
  );
  assert.equal(known?.made, MEMBERS);
  const byHand = (person: number | undefined) =>
    fresh.db.tx((tx) =>
      tx.run(
        `insert into rules.sealed_member (list_id, mandate_id, mark, gist, sealed, area_code,
           from_at, until_at, subject_id)
         values ('close-contacts', $1, 'm', 'g', 's', '', now(), now() + interval '1 day', $2)`,
        [order.id, person],
      ),
    );
  await assert.rejects(byHand(known?.real), (fault: Error) =>
    /synthetic people only/.test(String(fault.cause)),
  );
  await assert.rejects(
    fresh.db.tx((tx) => tx.run('update people.person set synthetic = true')),
    (fault: Error) => /said once/.test(String(fault.cause)),
  );
});
