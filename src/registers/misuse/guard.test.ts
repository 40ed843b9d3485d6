import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Actor } from '#base/access.ts';
import { HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { DAY, HOUR } from '#base/time.ts';
import type { Db } from '#platform/db/index.ts';
import { freshDatabase } from '../../../tests/builders/database.ts';
import { guardBulk } from './guard.ts';
import { endIncident, noteIncident } from './incidents.ts';
import { judgeAlarm } from './judge.ts';
import { noteLooks } from './detect/looks.ts';
import type { PersonTraits } from './model.ts';
import { alarmsPage } from './store.ts';

const T = Date.UTC(2026, 5, 1, 4);
let db: Db;
let drop: () => Promise<void>;
before(async () => {
  ({ db, drop } = await freshDatabase());
});
after(() => drop());

let ids = 100;
const officer = (areaCode = '990102000000'): Actor => {
  const id = ids++;
  return { id, login: `u${id}`, name: `u${id}`, roles: ['district_officer'], areaCode };
};
/** The Db as a server gives it to this actor: behind the wall. */
const seeing = (actor: Actor): Db =>
  db.seeing({ areaPrefix: actor.areaCode.slice(0, 6), actorId: actor.id });
const alarmsOf = async (actor: Actor) => {
  const { rows } = await db.read((tx) => alarmsPage(tx, '', { limit: 200 }));
  return rows.filter((row) => row.actorId === actor.id);
};
const raised = (alertId: number, areaCode: string) => ({
  id: alertId,
  toldAt: T,
  kind: 'alert.raised' as const,
  key: String(alertId),
  body: {
    alertId,
    level: 2 as const,
    ruleId: 'r',
    ruleVersion: 1,
    areaCode,
    personId: null,
    placeId: null,
    task: 'home_visit',
  },
});

test('fifty persons may be changed without an incident, the fifty-first alarms and is refused', async () => {
  const actor = officer();
  const ask = (persons: number) =>
    guardBulk(seeing(actor), actor, { kind: 'task.bulk', persons, incident: null }, T);
  assert.equal(await ask(50), undefined);
  const refusal = await ask(51);
  assert.equal(refusal?.code, 'no-incident');
  const [alarm] = await alarmsOf(actor);
  assert.deepEqual(
    [alarm?.kind, alarm?.deed, alarm?.state, alarm?.figures.persons, alarm?.figures.limit],
    ['no-incident', 'task.bulk', 'open', 51, 50],
  );
  const told = await db.read((tx) =>
    tx.rows(`select body from outbox.facts where kind = 'misuse.alarmed' and key = $1`, [
      String(alarm?.id),
    ]),
  );
  assert.equal(told.length, 1);
});

test('small steps add up over the hour, and are forgotten after it', async () => {
  const actor = officer();
  const ask = (at: number) =>
    guardBulk(seeing(actor), actor, { kind: 'alert.bulk', persons: 40, incident: null }, at);
  assert.equal(await ask(T), undefined);
  assert.equal(await ask(T + 1), undefined);
  assert.equal((await ask(T + 2))?.code, 'no-incident');
  assert.equal((await ask(T + 3))?.code, 'no-incident');
  const [alarm, ...more] = await alarmsOf(actor);
  assert.deepEqual([alarm?.times, more.length], [2, 0], 'one alarm, counted twice');
  assert.equal(await ask(T + HOUR + 2), undefined);
});

test('a request repeated under its key counts once', async () => {
  const actor = officer();
  const bulk = { kind: 'alert.bulk' as const, persons: 45, incident: null, key: 'k1' };
  for (let i = 0; i < 2; i++)
    assert.equal(await guardBulk(seeing(actor), actor, bulk, T), undefined);
  const next = { ...bulk, key: 'k2' };
  assert.equal(await guardBulk(seeing(actor), actor, next, T), undefined, '90 of 100, not 135');
});

test('a list without an incident is refused however short, and the refusal leaves the alarm', async () => {
  const actor = officer();
  const bulk = { kind: 'list.import' as const, persons: 1, incident: null };
  assert.equal((await guardBulk(seeing(actor), actor, bulk, T))?.code, 'no-incident');
  assert.equal((await alarmsOf(actor)).length, 1);
});

test('an alert carries a list while it lives and four weeks more, and only in its own area', async () => {
  const [own, other] = [officer('990102000000'), officer('990103000000')];
  await db.tx((tx) => noteIncident(tx, raised(17, '990102001001'), T));
  const ask = (actor: Actor, incident: string, at = T) =>
    guardBulk(seeing(actor), actor, { kind: 'list.import', persons: 5, incident }, at);
  assert.equal(await ask(own, 'alert:17'), undefined);
  assert.equal((await ask(other, 'alert:17'))?.code, 'no-such-incident');
  assert.equal((await ask(own, 'alert:18'))?.code, 'no-such-incident');
  assert.equal((await ask(own, 'petition:1'))?.code, 'incident-shape');
  const closed = {
    id: 2,
    toldAt: T,
    kind: 'alert.closed' as const,
    key: '17',
    body: {
      alertId: 17,
      areaCode: '990102001001',
      ruleId: 'r',
      ruleVersion: 1,
      outcome: 'excluded',
    },
  };
  await db.tx((tx) => endIncident(tx, closed, T));
  assert.equal(await ask(own, 'alert:17', T + 27 * DAY), undefined);
  assert.equal((await ask(own, 'alert:17', T + 29 * DAY))?.code, 'no-such-incident');
});

test('a list for the police, petitions or creditors is refused by name', async () => {
  const actor = officer();
  for (const text of ['公安布控名单', '信访人员', 'bank credit blacklist']) {
    const bulk = {
      kind: 'list.import' as const,
      persons: 30,
      incident: 'topic:2026-1',
      said: [text],
    };
    assert.equal((await guardBulk(seeing(actor), actor, bulk, T))?.code, 'purpose-refused', text);
  }
  assert.equal((await alarmsOf(actor))[0]?.kind, 'barred-purpose');
});

const depositor: PersonTraits = {
  unit: null,
  birthYear: null,
  awayHome: null,
  origin: null,
  onlySource: 0,
  hasSupport: false,
};
const resident: PersonTraits = { ...depositor, onlySource: null };

test('depositors with an invented topic are stopped; what a judge cleared, exactly that list, passes', async () => {
  const [actor, judge] = [officer(), officer()];
  const digest = createHash('sha256').update('the list').digest();
  const bulk = {
    kind: 'list.import' as const,
    persons: 1_317,
    incident: 'topic:2022-bank',
    sample: Array.from({ length: 1_317 }, () => depositor),
    reference: Array.from({ length: 2_000 }, () => resident),
    digest,
  };
  const ask = (over = {}) => guardBulk(seeing(actor), actor, { ...bulk, ...over }, T);
  const refusal = await ask();
  assert.equal(refusal?.code, 'list-concentrated');
  assert.match(refusal?.text.en ?? '', /100% of the 1317 persons share being known to one source/);
  const [alarm] = await alarmsOf(actor);
  assert.deepEqual([alarm?.figures.trait, alarm?.figures.support], ['onlySource', 0]);
  const scope = { actor: judge, areaPrefix: '990102', purpose: 'misuse.judge' };
  const said = { id: alarm?.id ?? 0, judgement: 'cleared' as const, note: Buffer.from('n') };
  await db.tx((tx) => judgeAlarm(tx, scope, said, T));
  assert.equal(await ask(), undefined);
  const another = createHash('sha256').update('another list').digest();
  assert.equal((await ask({ digest: another }))?.code, 'list-concentrated');
});

test('nobody judges themselves or another area, and confirmed misuse shuts every bulk verb until lifted', async () => {
  const [actor, judge] = [officer(), officer()];
  const bulk = { kind: 'task.bulk' as const, persons: 2, incident: 'topic:1' };
  const bare = { kind: 'list.import' as const, persons: 2, incident: null };
  await guardBulk(seeing(actor), actor, bare, T);
  const [alarm] = await alarmsOf(actor);
  const say = (by: Actor, judgement: 'confirmed' | 'cleared', areaPrefix = '990102') =>
    db.tx((tx) =>
      judgeAlarm(
        tx,
        { actor: by, areaPrefix, purpose: '' },
        { id: alarm?.id ?? 0, judgement, note: Buffer.from('n') },
        T,
      ),
    );
  const codeOf = (it: unknown) => (isRefusal(it) ? it.code : undefined);
  assert.equal(codeOf(await say(actor, 'cleared')), 'own-deed');
  assert.equal(codeOf(await say(judge, 'confirmed', '990103')), 'no-alarm');
  assert.equal(codeOf(await say(judge, 'confirmed')), undefined);
  assert.equal((await guardBulk(seeing(actor), actor, bulk, T))?.code, 'bulk-blocked');
  assert.equal(codeOf(await say(judge, 'confirmed')), 'alarm-judged');
  assert.equal(codeOf(await say(judge, 'cleared')), undefined);
  assert.equal(await guardBulk(seeing(actor), actor, bulk, T), undefined);
});

const looks = (
  actor: Actor,
  from: number,
  n: number,
  at: number,
  how: 'read' | 'reveal' = 'read',
) =>
  seeing(actor).tx((tx) =>
    noteLooks(
      tx,
      actor,
      Array.from({ length: n }, (_, i) => from + i),
      how,
      at,
    ),
  );

test('sixty files an hour are work, sixty-one of a new hand alarm at once; the same file counts once', async () => {
  const actor = officer();
  await looks(actor, 1, 60, T);
  await looks(actor, 1, 60, T);
  assert.equal((await alarmsOf(actor)).length, 0);
  await looks(actor, 61, 1, T);
  const [alarm] = await alarmsOf(actor);
  assert.deepEqual([alarm?.kind, alarm?.figures.persons], ['read-burst', 61]);
});

test('who always reads much is measured by their own fourteen days', async () => {
  const actor = officer();
  for (let day = 1; day <= 5; day++) await looks(actor, 1, 40, T - day * DAY);
  await looks(actor, 1, 120, T);
  assert.equal((await alarmsOf(actor)).length, 0, '120 is three times the usual 40');
  await looks(actor, 200, 60, T);
  assert.equal((await alarmsOf(actor))[0]?.figures.usual, 40);
});

test('above the cap phones stay closed until the alarm is judged', async () => {
  const [actor, judge] = [officer(), officer()];
  assert.equal(await looks(actor, 1, 120, T, 'reveal'), undefined);
  const [alarm] = await alarmsOf(actor);
  assert.equal(alarm?.kind, 'reveal-burst');
  assert.equal((await looks(actor, 500, 1, T, 'reveal'))?.code, 'reveals-stopped');
  const scope = { actor: judge, areaPrefix: '990102', purpose: '' };
  const said = { id: alarm?.id ?? 0, judgement: 'cleared' as const, note: Buffer.from('n') };
  await db.tx((tx) => judgeAlarm(tx, scope, said, T));
  assert.equal(await looks(actor, 500, 1, T, 'reveal'), undefined);
});

test('who raised their own median on purpose is stopped at the cap all the same', async () => {
  const actor = officer();
  await looks(actor, 1, 30, T - 3 * DAY, 'reveal');
  await looks(actor, 1, 120, T - 2 * DAY, 'reveal');
  assert.equal(await looks(actor, 1, 120, T, 'reveal'), undefined);
  assert.equal((await alarmsOf(actor)).length, 0, 'each day below four times the usual');
  await looks(actor, 200, 1, T, 'reveal');
  assert.equal((await alarmsOf(actor))[0]?.figures.persons, 121);
  assert.equal((await looks(actor, 500, 1, T, 'reveal'))?.code, 'reveals-stopped');
});

test('the house itself is never held up', async () => {
  const bulk = { kind: 'list.import' as const, persons: 5_000, incident: null };
  assert.equal(await guardBulk(db, HOUSE, bulk, T), undefined);
});
