import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Actor, HOUSE } from '#base/access.ts';
import { isRefusal, type Refusal } from '#base/refusal.ts';
import { DAY, HOUR } from '#base/time.ts';
import { openMandateKeys, vaultOf } from '#platform/secrets/index.ts';
import { importAreas } from '#registers/areas/index.ts';
import { decideMandate, proposeMandate, revokeMandate } from '#registers/mandates/index.ts';
import { newResolver } from '#registers/people/index.ts';
import { addMember, dropMandate, importMembers, installShippedLists } from '#watch/rules/index.ts';
import { freshDatabase, type FreshDatabase } from '../../../../tests/builders/database.ts';
import { Tables } from './tables.ts';

const CITY = '990100000000';
const LIST = 'close-contacts';
const now = Date.now();
const home = mkdtempSync(join(tmpdir(), 'fenghuo-tables-'));
const vault = vaultOf([{ id: 1, key: Buffer.alloc(32, 7) }]);
const keys = openMandateKeys(home, vault);
let fresh: FreshDatabase;

before(async () => {
  fresh = await freshDatabase();
  await fresh.db.tx(async (tx) => {
    const city = { code: CITY, name: { zh: '市', en: 'city' }, lat: 30, lon: 114 };
    await importAreas(tx, HOUSE, [city], now);
    await installShippedLists(tx, now);
  });
});
after(async () => {
  await fresh.drop();
  rmSync(home, { recursive: true, force: true });
});

function sure<R>(result: R | Refusal): R {
  if (isRefusal(result)) assert.fail(result.code);
  return result;
}
const hand = (id: number, unit: string): Actor => ({ ...HOUSE, id, unit, areaCode: CITY });
let n = 0;
async function ordered(): Promise<{ id: number; endsAt: number }> {
  const wanted = {
    ...{ functions: ['bulk_lists' as const], authority: '指挥部', documentNo: `令${++n}` },
    ...{ articles: ['pipl-13-4'], areas: [CITY], disease: null, population: '密接' },
    ...{ startsAt: now - HOUR, endsAt: now + 2 * DAY, reviewAt: now + HOUR },
    ...{ reason: '疫情', retention: {} },
  };
  const order = sure(await fresh.db.tx((tx) => proposeMandate(tx, hand(1, 'cdc'), wanted, now)));
  const approval = { id: order.id, approve: true, note: '' };
  sure(await fresh.db.tx((tx) => decideMandate(tx, keys, hand(2, 'hq'), approval, now)));
  return order;
}
async function imported(first: number): Promise<void> {
  const rows = Array.from({ length: 25 }, (_, i) => `passport,E${100000 + first + i},某,`);
  const text = ['idType,idNo,name,areaCode', ...rows].join('\n');
  const resolver = newResolver(vault, { places: { byCode: new Map() } });
  const input = { id: LIST, format: 'csv' as const, text, source: 's', incident: null };
  sure(await importMembers({ db: fresh.db, resolver, keys, vault }, HOUSE, input, now));
}
const follow = (tables: Tables) => fresh.db.read((tx) => tables.follow(tx));
const membersIn = (tables: Tables): number => tables.lists.get(LIST)?.size ?? 0;
async function end(id: number): Promise<void> {
  await fresh.db.tx(async (tx) => {
    sure(await revokeMandate(tx, hand(2, 'hq'), { id, reason: '结束' }, now));
    const body = { mandateId: id, functions: [], ending: 'revoked' };
    const fact = { id: 1, toldAt: now, kind: 'mandate.ended' as const, key: String(id), body };
    await dropMandate(tx, fact, now);
    await dropMandate(tx, fact, now);
  });
}

test('who was listed under an order is matched until its last instant, and leaves with it', async () => {
  const order = await ordered();
  await imported(0);
  const tables = new Tables(keys);
  await follow(tables);
  assert.equal(membersIn(tables), 25);
  const list = tables.lists.get(LIST);
  const [first = 0] = list?.members() ?? [];
  assert.equal(list?.holdsAt(first, order.endsAt - 1), true);
  assert.equal(list?.holdsAt(first, order.endsAt), false, 'whoever noticed');

  const open = { id: LIST, subjectId: first, areaCode: CITY, source: '手工', reason: '' };
  await fresh.db.tx((tx) => addMember(tx, HOUSE, open, now, vault));
  await follow(tables);
  await end(order.id);
  await follow(tables);
  assert.deepEqual([...(list?.members() ?? [])], [first], 'who stands there besides, stays');
});

test('a matcher that follows only after the key is gone forgets them all the same', async () => {
  const order = await ordered();
  await imported(500);
  const [running, later] = [new Tables(keys), new Tables(keys)];
  await follow(running);
  assert.equal(membersIn(running), 26);
  await end(order.id);
  keys.destroy(order.id);
  await follow(running);
  await follow(later);
  assert.deepEqual([membersIn(running), membersIn(later)], [1, 1]);
});
