import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { HOUSE } from '#base/access.ts';
import { idCheckChar } from '#base/checksums.ts';
import { isRefusal, type Refusal } from '#base/refusal.ts';
import { HOUR } from '#base/time.ts';
import type { Db } from '#platform/db/index.ts';
import { openMandateKeys, vaultOf } from '#platform/secrets/index.ts';
import { newResolver } from '#registers/people/index.ts';
import { freshDatabase } from '../../../../tests/builders/database.ts';
import { installShippedLists } from '../shipped.ts';
import { rulesRevision } from '../store.ts';
import { fewToday, OPEN_PERSONS_MAX } from './few.ts';
import { importMembers } from './import.ts';
import { addMember, removeMember } from './members.ts';
import { importRows } from './rows.ts';
import { listById, memberFeed, membersPage } from './store.ts';

const T = 1_770_000_000_000;
const vault = vaultOf([{ id: 1, key: Buffer.alloc(32, 7) }]);
const home = mkdtempSync(join(tmpdir(), 'fenghuo-lists-'));
const keys = openMandateKeys(home, vault);
let db: Db;
let drop: () => Promise<void>;
before(async () => {
  ({ db, drop } = await freshDatabase());
  await db.tx((tx) => installShippedLists(tx, T));
});
after(async () => {
  await drop();
  rmSync(home, { recursive: true, force: true });
});

const idNo = (n: number): string => {
  const body = `9901021980010${String(n).padStart(4, '0')}`;
  return body + idCheckChar(body);
};
const resolver = () => newResolver(vault, { places: { byCode: new Map() } });
const csv = (rows: readonly string[]) =>
  ['idType,idNo,name,areaCode,from,until,reason', ...rows].join('\n');
const imported = async (text: string, id = 'abroad') => {
  const input = { id, format: 'csv' as const, text, source: '外事办', incident: null };
  return importMembers({ db, keys, vault, resolver: resolver() }, HOUSE, input, T);
};

test('an import by document makes files for strangers, tells bad rows, and repeats without change', async () => {
  const text = csv([
    `citizen,${idNo(1)},张三,990102001001,,,`,
    `citizen,${idNo(2)},李四,990102001001,2026-02-01,2026-03-01,留学`,
    'passport,E1234567,John,990102001002,,,',
    `citizen,,无证,990102001001,,,`,
    `citizen,${idNo(3)},王五,12,2026-03-01,2026-02-01,`,
  ]);
  const first = await imported(text);
  assert.ok(!isRefusal(first));
  assert.deepEqual([first.received, first.imported, first.faultsTotal], [5, 3, 3]);
  assert.deepEqual(
    first.faults.map((f) => [f.row, f.path]),
    [
      [5, 'idNo'],
      [6, 'areaCode'],
      [6, 'until'],
    ],
  );
  const changes = await db.read((tx) => memberFeed(tx, keys, 'abroad', 0, 100));
  assert.equal(changes.length, 3);
  await imported(text);
  const again = await db.read((tx) => memberFeed(tx, keys, 'abroad', 0, 100));
  assert.deepEqual(again, changes, 'nothing new for the matcher to follow');
  assert.equal((await db.read((tx) => listById(tx, 'abroad')))?.members, 3);
});

test('members are paged by area inside the scope', async () => {
  const page = (after?: string, prefix = '9901') =>
    db.read((tx) =>
      membersPage(tx, { vault, keys }, 'abroad', [], { areaPrefix: prefix, after, limit: 2 }),
    );
  const first = await page();
  const second = await page(first.next ?? undefined);
  assert.deepEqual([first.rows.length, second.rows.length, second.next], [2, 1, null]);
  assert.equal((await page(undefined, '990102001002')).rows.length, 1);
  assert.equal((await page(undefined, '8801')).rows.length, 0);
});

test('adding, changing and removing a member moves the revision and the feed, and the count stays true', async () => {
  const member = {
    id: 'home-isolation',
    subjectId: 42,
    areaCode: '990102001001',
    source: 's',
    reason: '',
  };
  const before = await db.read(rulesRevision);
  await db.tx((tx) => addMember(tx, HOUSE, member, T, vault));
  await db.tx((tx) => addMember(tx, HOUSE, { ...member, until: T + HOUR }, T, vault));
  const [row, ...none] = await db.read((tx) => memberFeed(tx, keys, 'home-isolation', 0, 10));
  assert.equal(none.length, 0);
  assert.deepEqual([row?.from, row?.until, row?.removed], [T - HOUR, T + HOUR, false]);
  const gone = { id: 'home-isolation', subjectId: 42 };
  assert.deepEqual(await db.tx((tx) => removeMember(tx, keys, HOUSE, gone, T)), { removed: true });
  assert.deepEqual(await db.tx((tx) => removeMember(tx, keys, HOUSE, gone, T)), { removed: false });
  const after = await db.read((tx) => memberFeed(tx, keys, 'home-isolation', row?.rev ?? 0, 10));
  assert.equal(after[0]?.removed, true);
  assert.equal((await db.read((tx) => listById(tx, 'home-isolation')))?.members, 0);
  assert.equal(await db.read(rulesRevision), before + 3);
});

test('a district takes off its own only, and every change of a list names who made it', async () => {
  const member = { id: 'home-isolation', subjectId: 43, areaCode: '990102001001' };
  const clerk = (id: number, areaCode: string) => ({ ...HOUSE, id, roles: [], areaCode });
  const [own, other] = [clerk(7, '990102000000'), clerk(8, '990103000000')];
  await db.tx((tx) => addMember(tx, own, { ...member, source: 's', reason: '' }, T, vault));
  const off = (actor: typeof own) => db.tx((tx) => removeMember(tx, keys, actor, member, T));
  assert.deepEqual(await off(other), { removed: false });
  assert.deepEqual(await off(own), { removed: true });
  const lines = await db.read((tx) =>
    tx.rows(`select actor_id as who, action from trace.entry
      where subject = 'list:home-isolation:43' order by id`),
  );
  assert.deepEqual(lines, [
    { who: 7, action: 'list.add' },
    { who: 7, action: 'list.remove' },
  ]);
});

test('more than twenty persons in a day, one by one and over many lists, need an order like an import', async () => {
  const clerk = { ...HOUSE, id: 10, roles: [], areaCode: '990102000000' };
  const list = (subjectId: number, now = T) => {
    const id = subjectId % 2 === 0 ? 'home-isolation' : 'close-contacts';
    const member = { id, subjectId, areaCode: '990102001001', source: 's', reason: '' };
    return db.tx((tx) => addMember(tx, clerk, member, now, vault));
  };
  for (let n = 0; n < OPEN_PERSONS_MAX; n++) assert.ok(!isRefusal(await list(500 + n)));
  const no = await list(600);
  assert.equal(isRefusal(no) && no.code, 'no-mandate');
  assert.ok(!isRefusal(await list(500, T + 1)), 'a new span for the same person is no further one');
  assert.ok(!isRefusal(await list(600, T + 25 * HOUR)), 'the next day begins anew');
  const both = [700, 701].map((first) => {
    const rows = Array.from({ length: 15 }, (_, n) => first + 2 * n);
    return db.tx((tx) => fewToday(tx, { ...clerk, id: 11 }, rows, T));
  });
  const refused = (await Promise.all(both)).filter((it) => it !== undefined);
  assert.equal(refused.length, 1, 'two lists filled at the same moment count together');
});

test('a district imports its own only: rows of elsewhere are faults, and known people of elsewhere too', async () => {
  const clerk = { ...HOUSE, id: 9, roles: [], areaCode: '990103000000' };
  const text = csv([
    `citizen,${idNo(20)},甲,990103001001,,,`,
    `citizen,${idNo(21)},乙,990102001001,,,`,
    `citizen,${idNo(22)},丙,,,,`,
    `citizen,${idNo(1)},张三,,,,`,
  ]);
  const file = { id: 'abroad', format: 'csv' as const, text, source: '区疾控' };
  const input = { ...file, incident: 'topic:school-1' };
  const done = await importMembers({ db, keys, vault, resolver: resolver() }, clerk, input, T);
  assert.ok(!isRefusal(done));
  assert.equal(done.imported, 1);
  assert.deepEqual(done.faults.map((f) => [f.row, f.path]).sort(), [
    [3, 'areaCode'],
    [4, 'areaCode'],
    [5, 'areaCode'],
  ]);
});

test('a list of places refuses documents, and a stranger list is named', async () => {
  assert.equal(((await imported('x', 'watched-sites')) as Refusal).code, 'place-list');
  assert.equal(((await imported('x', 'nobody')) as Refusal).code, 'no-such-list');
});

test('NDJSON rows are read like CSV rows, and broken lines are named', () => {
  const read = importRows('ndjson', `{"idNo":"${idNo(1)}"}\n{oops\n\n{"idNo":"x"}`);
  assert.equal(read.rows.length, 1);
  assert.deepEqual(
    read.faults.map((f) => f.row),
    [2, 4],
  );
});
