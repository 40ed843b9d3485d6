import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { importActors } from '#registers/access/index.ts';
import { importAreas } from '#registers/areas/index.ts';
import { type FreshDatabase, freshDatabase } from '../../../tests/builders/database.ts';
import type { PostRow } from './contract.ts';
import { onDuty, postDetail, setRoster } from './duty.ts';
import { importPosts } from './import.ts';
import { dutyAt, weekTime } from './model.ts';
import { listPosts, postFor, postsOfActor } from './store.ts';

/** Monday 2026-03-02, 09:00 in the city. */
const MONDAY = Date.parse('2026-03-02T01:00:00Z');
const HOUR = 3_600_000;
const AREAS = ['429000000000', '429001000000', '429001002000', '429001002003', '429001002004'];
const words = (zh: string) => ({ zh, en: zh });
let fresh: FreshDatabase;

before(async () => {
  fresh = await freshDatabase();
  await fresh.db.tx(async (tx) => {
    const areas = AREAS.map((code) => ({ code, name: words('区'), lat: 30, lon: 114 }));
    await importAreas(tx, HOUSE, areas, 0);
    const actors = ['wang', 'li', 'zhao'].map((login) => ({
      login,
      name: login,
      roles: ['community_worker' as const],
      areaCode: '429001002003',
    }));
    await importActors(tx, HOUSE, actors, 0);
    await importPosts(tx, HOUSE, POSTS, 0);
  });
});
after(() => fresh.drop());

const post = (code: string, areaCode: string, change: Partial<PostRow> = {}): PostRow => ({
  code,
  areaCode,
  kind: 'dispatch',
  name: words(code),
  agency: words('指挥部'),
  ...change,
});
const POSTS: PostRow[] = [
  post('city', '429000000000'),
  post('city-invest', '429000000000', { kind: 'investigation' }),
  post('street', '429001002000'),
  post('field', '429001002003', { kind: 'field', members: ['wang', 'li', 'zhao'] }),
];
const idOf = async (areaCode: string, kind: PostRow['kind']): Promise<number> => {
  const found = await fresh.db.read((tx) => postFor(tx, areaCode, kind));
  assert.ok(found);
  return found.id;
};
const at = (id: number, now: number) => fresh.db.read((tx) => onDuty(tx, id, now));

test('the week begins on Monday in city time', () => {
  assert.deepEqual(weekTime(MONDAY), { weekday: 1, minute: 540 });
  assert.deepEqual(weekTime(Date.parse('2026-03-01T16:00:00Z')), { weekday: 1, minute: 0 });
  assert.deepEqual(weekTime(Date.parse('2026-03-01T15:59:00Z')), { weekday: 7, minute: 1439 });
});

test('an override decides for its member, else the shift; nobody means everybody not away', () => {
  const shift = { actorId: 1, weekday: 1, fromMinute: 480, untilMinute: 1020 };
  const away = { actorId: 1, fromAt: MONDAY, untilAt: MONDAY + HOUR, present: false, note: '' };
  const roster = { members: [1, 2, 3], shifts: [shift], overrides: [away] };
  assert.deepEqual(dutyAt(roster, MONDAY + HOUR), { members: [1], rostered: true });
  assert.deepEqual(dutyAt(roster, MONDAY), { members: [2, 3], rostered: false });
  const stands = { ...away, actorId: 2, present: true };
  const both = { ...roster, overrides: [away, stands] };
  assert.deepEqual(dutyAt(both, MONDAY), { members: [2], rostered: true });
  const alone = { members: [1], shifts: [], overrides: [away] };
  assert.deepEqual(dutyAt(alone, MONDAY), { members: [1], rostered: false });
});

test('the nearest post above an area answers for it', async () => {
  const codeFor = async (areaCode: string, kind: PostRow['kind']) =>
    (await fresh.db.read((tx) => postFor(tx, areaCode, kind)))?.code;
  assert.equal(await codeFor('42900100200301', 'field'), 'field');
  assert.equal(await codeFor('429001002004', 'dispatch'), 'street');
  assert.equal(await codeFor('429001000000', 'dispatch'), 'city');
  assert.equal(await codeFor('429001002004', 'investigation'), 'city-invest');
  assert.equal(await codeFor('429001002004', 'field'), undefined);
});

test('without a roster all members are on duty, and it says so', async () => {
  const duty = await at(await idOf('429001002003', 'field'), MONDAY);
  assert.deepEqual(
    duty.map((a) => [a.login, a.rostered]),
    [
      ['wang', false],
      ['li', false],
      ['zhao', false],
    ],
  );
});

test('a roster is kept, answers by the hour and is replaced as a whole', async () => {
  const id = await idOf('429001002003', 'field');
  const [wang, li] = await at(id, MONDAY);
  assert.ok(wang && li);
  const shifts = [{ actorId: wang.id, weekday: 1, fromMinute: 480, untilMinute: 1020 }];
  const overrides = [
    { actorId: li.id, fromAt: MONDAY, untilAt: MONDAY + HOUR, present: true, note: '替班' },
  ];
  const set = (s: typeof shifts, o: typeof overrides) =>
    fresh.db.tx((tx) => setRoster(tx, HOUSE, { id, shifts: s, overrides: o }, MONDAY));
  assert.deepEqual(await set(shifts, overrides), { id });
  const logins = async (now: number) => (await at(id, now)).map((a) => a.login);
  assert.deepEqual(await logins(MONDAY), ['wang', 'li']);
  assert.deepEqual(await logins(MONDAY + HOUR), ['wang']);
  const detail = await fresh.db.read((tx) => postDetail(tx, '429001', id, MONDAY));
  assert.ok(!isRefusal(detail));
  assert.equal(detail.rostered, true);
  assert.equal(detail.overrides[0]?.note, '替班');
  await set([], []);
  assert.equal((await logins(MONDAY)).length, 3);
});

test('a roster with a stranger, or of a post elsewhere, is refused', async () => {
  const id = await idOf('429001002003', 'field');
  const shifts = [{ actorId: 9999, weekday: 1, fromMinute: 0, untilMinute: 1440 }];
  const set = (areaCode: string) =>
    fresh.db.tx((tx) =>
      setRoster(tx, { ...HOUSE, id: 1, areaCode }, { id, shifts, overrides: [] }, MONDAY),
    );
  const stranger = await set('429001000000');
  assert.ok(isRefusal(stranger) && stranger.errors?.[0]?.path === 'shifts.0.actorId');
  const elsewhere = await set('429002000000');
  assert.ok(isRefusal(elsewhere) && elsewhere.kind === 'missing');
});

test('an import again changes nothing, moves members, and refuses with every error', async () => {
  const put = (rows: PostRow[]) => fresh.db.tx((tx) => importPosts(tx, HOUSE, rows, 0));
  assert.deepEqual(await put(POSTS), { written: 4 });
  await put([post('field-2', '429001002004', { kind: 'field', members: ['wang', 'li'] })]);
  await put([post('field-2', '429001002004', { kind: 'field', members: ['li'] })]);
  const duty = await at(await idOf('429001002004', 'field'), MONDAY);
  assert.deepEqual(
    duty.map((a) => a.login),
    ['li'],
  );
  const posts = await fresh.db.read((tx) => postsOfActor(tx, duty[0]?.id ?? 0));
  assert.deepEqual(
    posts.map((p) => p.code),
    ['field', 'field-2'],
  );
  const refused = await put([
    post('aa', '429009000000', { members: ['nobody'] }),
    post('aa', '429000000000', { capacity: 0 }),
  ]);
  assert.ok(isRefusal(refused));
  assert.deepEqual(
    refused.errors?.map((e) => e.path),
    ['0.areaCode', '0.members', '1.capacity', '1.code'],
  );
});

test('posts are listed inside the scope, page by page', async () => {
  const page = (filter: object) =>
    fresh.db.read((tx) => listPosts(tx, { areaPrefix: '4290', limit: 2, ...filter }));
  const first = await page({});
  const rest = await page({ after: first.next });
  assert.deepEqual([first.rows.length, rest.rows.length], [2, 2]);
  assert.equal((await page({ areaPrefix: '429001002003' })).rows[0]?.code, 'field');
  assert.equal(
    (await page({ areaPrefix: '429001', area: '429000000000' })).rows[0]?.code,
    'street',
  );
});
