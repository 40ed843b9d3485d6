import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Actor, Scope } from '#base/access.ts';
import { prefixOf } from '#base/areas.ts';
import { isRefusal } from '#base/refusal.ts';
import { vaultOf } from '#platform/secrets/index.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import { rootKey } from '../../platform/secrets/keys.ts';
import { idsOfFile, personFile, personOfPhone, reachForHolder, revealPhone } from './file.ts';
import { findPersons } from './find.ts';
import type { PersonSeen } from './model.ts';
import { newResolver } from './resolver/resolve.ts';
import { listPersons, personBrief } from './store.ts';

const NOW = Date.parse('2026-03-02T01:00:00Z');
const vault = vaultOf([rootKey(Buffer.alloc(32, 1))]);
const resolver = newResolver(vault, { places: { byCode: new Map() } });
let fresh: FreshDatabase;
let zhang = 0;
let provisional = 0;
let elsewhere = 0;

const actor = (role: string, areaCode: string): Actor => ({
  id: 5,
  login: role,
  name: role,
  roles: [role],
  areaCode,
});
const scopeOf = (role: string, areaCode = '429001002003'): Scope => ({
  actor: actor(role, areaCode),
  areaPrefix: prefixOf(areaCode),
  purpose: 'task:9',
});

const ZHANG: PersonSeen = {
  idType: 'citizen',
  idNo: '11010519491231002X',
  name: '张桂兰',
  phone: '13800138000',
  address: '江州市滨江区长堤街道柳园社区3号楼',
  areaCode: '429001002003',
  at: NOW,
  sourceId: 1,
  record: 'r1',
};

before(async () => {
  fresh = await freshDatabase();
  const rows: PersonSeen[] = [
    { ...ZHANG, idNo: undefined, bornOn: '1949-12-31', record: 'r0', at: NOW - 1000 },
    ZHANG,
    { ...ZHANG, phone: '13900139000', record: 'r2', sourceId: 2, at: NOW + 1000 },
    { ...ZHANG, idNo: '440524188001010014', areaCode: '429002001001', record: 'r3' },
  ];
  for (const row of rows) await resolver.resolve(fresh.db, [row], NOW);
  const ids = await resolver.resolve(fresh.db, [ZHANG, rows[3] ?? null], NOW);
  zhang = ids[0]?.person ?? 0;
  elsewhere = ids[1]?.person ?? 0;
  const link = await fresh.db.read((tx) =>
    tx.row<{ person: number }>('select person from people.link where into_person = $1', [zhang]),
  );
  provisional = link?.person ?? 0;
});
after(() => fresh.drop());

const read = (scope: Scope, id = zhang) =>
  fresh.db.tx((tx) => personFile(tx, vault, scope, id, NOW));
async function fileFor(role: string, areaCode?: string) {
  const file = await read(scopeOf(role, areaCode));
  assert.ok(!isRefusal(file));
  return file;
}
const entries = (action: string) =>
  fresh.db.read((tx) =>
    tx.rows<{ subject: string; purpose: string }>(
      'select subject, purpose from trace.entry where action = $1 order by id desc',
      [action],
    ),
  );

test('a file holds every claim with its source, also of the file linked in', async () => {
  const file = await fileFor('epidemiologist');
  assert.ok(provisional > 0);
  assert.deepEqual(file.linked, [provisional]);
  assert.deepEqual(file.documents, [{ idType: 'citizen', idNo: '11010519491231002X' }]);
  assert.equal(file.phone, '13900139000', 'the latest of equally trusted sources');
  const phones = file.claims.filter((c) => c.attribute === 'phone');
  assert.deepEqual(
    phones.map((c) => [c.sourceId, c.best]),
    [
      [2, true],
      [1, false],
      [1, false],
    ],
  );
  assert.deepEqual(await fresh.db.read((tx) => idsOfFile(tx, zhang)), [zhang, provisional]);
});

test('who goes to the door sees name, phone and address, and no document or birth day', async () => {
  const file = await fileFor('community_worker');
  assert.equal(file.name, '张桂兰');
  assert.equal(file.phone, '13900139000');
  assert.equal(file.address, ZHANG.address);
  assert.deepEqual(file.documents, []);
  assert.equal(file.bornOn, null);
  assert.ok(!JSON.stringify(file).includes('1231002X'));
});

test('a district officer sees masks, others only a masked name', async () => {
  const district = await fileFor('district_officer', '429001000000');
  assert.equal(district.phone, '139****9000');
  assert.match(district.documents[0]?.idNo ?? '', /^1101\*+002X$/);
  const other = await fileFor('supervisor', '429000000000');
  assert.equal(other.name, '张**');
  assert.equal(other.phone, '');
});

test('a person of another community is not there, and asking again from the city finds them', async () => {
  const refused = await read(scopeOf('community_worker'), elsewhere);
  assert.ok(isRefusal(refused) && refused.kind === 'missing');
  assert.ok(!isRefusal(await read(scopeOf('epidemiologist', '429000000000'), elsewhere)));
});

test('reading a file and revealing a phone stand in the audit trail with their purpose', async () => {
  await fileFor('investigator');
  assert.deepEqual((await entries('person.read'))[0], {
    subject: `person:${zhang}`,
    purpose: 'task:9',
  });
  const scope = scopeOf('street_officer', '429001002000');
  const phone = await fresh.db.tx((tx) =>
    revealPhone(tx, vault, scope, { id: zhang, purpose: '电话核实' }, NOW),
  );
  assert.deepEqual(phone, { phone: '13900139000' });
  assert.equal((await entries('person.reveal'))[0]?.purpose, '电话核实');
});

test('the holder of a task reaches a person who lives elsewhere, and that is written down', async () => {
  const worker = actor('community_worker', '429001002003');
  const input = { id: elsewhere, purpose: 'task:17' };
  const reach = await fresh.db.tx((tx) => reachForHolder(tx, vault, worker, input, NOW));
  assert.ok(!isRefusal(reach));
  assert.equal(reach.name, '张桂兰');
  assert.equal((await entries('person.reveal'))[0]?.purpose, 'task:17');
});

test('people are found by document, phone and name, inside the scope only', async () => {
  const city = scopeOf('epidemiologist', '429000000000');
  const find = (scope: Scope, query: Parameters<typeof findPersons>[3]) =>
    fresh.db.tx((tx) => findPersons(tx, vault, scope, query, NOW));
  const byCard = await find(city, { idType: 'citizen', idNo: '11010519491231002x' });
  assert.deepEqual(
    byCard.rows.map((row) => [row.id, row.name]),
    [[zhang, '张**']],
  );
  const byPhone = await find(city, { phone: '+86 138 0013 8000' });
  assert.deepEqual(
    byPhone.rows.map((row) => row.id).sort(),
    [zhang, provisional, elsewhere].sort(),
  );
  const near = await find(scopeOf('investigator', '429002000000'), { name: '张 桂兰' });
  assert.deepEqual(
    near.rows.map((row) => row.id),
    [elsewhere],
  );
  const search = (await entries('person.search')).map((e) => e.subject);
  assert.deepEqual(search, ['by:name', 'by:phone', 'by:document citizen']);
});

test('lists show masked names of the scope, page by page', async () => {
  const scope = scopeOf('street_officer', '429001002000');
  const first = await fresh.db.read((tx) => listPersons(tx, vault, scope, { limit: 1 }));
  assert.ok(first.next);
  const after_ = first.next;
  const second = await fresh.db.read((tx) =>
    listPersons(tx, vault, scope, { limit: 1, after: after_ }),
  );
  assert.equal(second.next, null);
  const ids = [...first.rows, ...second.rows].map((row) => row.id).sort();
  assert.deepEqual(ids, [zhang, provisional].sort());
  const briefs = await fresh.db.read((tx) => personBrief(tx, vault, scope, [zhang, elsewhere]));
  assert.deepEqual(
    briefs.map((b) => [b.id, b.name]),
    [[zhang, '张**']],
  );
});

test('one source alone makes no phone the key to a file that has another; two do, or the only phone there is', async () => {
  const of = (phone: string) => fresh.db.read((tx) => personOfPhone(tx, vault, phone));
  const seen = (row: Partial<PersonSeen>) =>
    resolver.resolve(fresh.db, [{ ...ZHANG, ...row }], NOW);
  assert.equal(await of('13800138000'), undefined, 'several files have it');
  assert.equal(
    await of('13900139000'),
    undefined,
    'the latest word, of one source, against another',
  );
  await seen({ phone: '13900139000', sourceId: 3, record: 'r9', at: NOW + 2000 });
  assert.equal((await of('+86 139 0013 9000'))?.id, zhang);
  const alone = { idNo: '110105199003072346', name: '王芳', phone: '13700137000', record: 'r10' };
  const [wang] = await seen(alone);
  assert.equal((await of('13700137000'))?.id, wang?.person, 'nobody says another');
  await seen({ ...alone, phone: '13611111111', sourceId: 4, record: 'r11', at: NOW + 3000 });
  assert.equal(await of('13611111111'), undefined, 'a forged row opens nothing');
});
