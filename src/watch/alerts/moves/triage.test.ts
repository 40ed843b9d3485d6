import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Actor } from '#base/access.ts';
import { MINUTE } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import {
  codeOf,
  COMMUNITY,
  NEIGHBOUR,
  ruleDoc,
  said,
  smallCity,
  sure,
  T0,
} from '../../../../tests/builders/loop.ts';
import { alertById, alertsPage } from '../reads/lists.ts';
import { precisionPage } from '../reads/precision.ts';
import { type BulkAction, executeBulk, previewBulk, undoBulk } from './bulk.ts';
import { close, reopen } from './close.ts';
import { acknowledge, assign, comment, start } from './triage.ts';

let city: Awaited<ReturnType<typeof smallCity>>;
let person = 0;
before(async () => {
  city = await smallCity();
});
after(() => city.drop());

/** A fresh alert about a person nobody else in this file is about. */
async function newAlert(areaCode = COMMUNITY): Promise<number> {
  person++;
  await city.signal([{ personId: person, areaCode }]);
  await city.hear();
  const filter = { personId: person, limit: 1 };
  const page = await city.db.read((tx) => alertsPage(tx, city.scope('chief'), filter));
  return page.rows[0]?.id ?? 0;
}
const read = async (id: number) => {
  const alert = await city.db.read((tx) => alertById(tx, city.scope('chief'), id));
  if (!alert) throw new Error('no alert');
  return alert;
};

/** Runs a verb as a named actor, in a transaction of its own. */
const runAs =
  (login: string) =>
  <T>(verb: (tx: Tx, actor: Actor) => Promise<T>): Promise<T> =>
    city.db.tx((tx) => verb(tx, city.actor(login)));

describe('one alert', () => {
  let id = 0;
  beforeEach(async () => {
    id = await newAlert();
  });
  const as = runAs('epi');

  it('is given only to people of the register who may see it', async () => {
    for (const to of [
      { id: 999, name: '谁' },
      { id: city.actor('neighbour').id, name: '邻' },
    ]) {
      const refused = await as((tx, a) => assign(tx, a, { id, to }, T0));
      assert.equal(codeOf(refused), 'no-such-assignee');
    }
  });

  it('is acknowledged, assigned, worked on and closed, each in the timeline', async () => {
    const someone = { id: city.actor('district').id, name: 'a name of my own' };
    sure(await as((tx, a) => acknowledge(tx, a, { id }, T0)));
    sure(await as((tx, a) => assign(tx, a, { id, to: someone }, T0)));
    sure(await as((tx, a) => start(tx, a, { id }, T0)));
    sure(await as((tx, a) => comment(tx, a, { id, said: said('已电话') }, T0)));
    const closed = sure(await as((tx, a) => close(tx, a, { id, outcome: 'suspected' }, T0)));
    assert.equal(closed.status, 'closed');
    assert.equal(closed.suppressedUntil, T0 + 24 * 60 * MINUTE);
    const lines = await city.db.read((tx) =>
      tx.rows<{ what: string }>(
        `select what from alerts.history where alert_id = $1 and by_id <> 0 order by id`,
        [id],
      ),
    );
    assert.deepEqual(
      lines.map((line) => line.what),
      ['acknowledge', 'assign', 'start', 'comment', 'close'],
    );
  });
  it('is not acknowledged twice', async () => {
    sure(await as((tx, a) => acknowledge(tx, a, { id }, T0)));
    assert.equal(codeOf(await as((tx, a) => acknowledge(tx, a, { id }, T0))), 'alert-status');
  });
  it('is not closed as a false alarm without a word why', async () => {
    const bare = await as((tx, a) => close(tx, a, { id, outcome: 'false_alarm' }, T0));
    assert.equal(codeOf(bare), 'note-needed');
    assert.equal((await read(id)).status, 'open');
  });
  it('is invisible and unmovable outside the area', async () => {
    const stranger = runAs('neighbour');
    assert.equal(codeOf(await stranger((tx, a) => acknowledge(tx, a, { id }, T0))), 'no-alert');
    const seen = await city.db.read((tx) => alertById(tx, city.scope('neighbour'), id));
    assert.equal(seen, undefined);
  });
  it('is reopened with a reason, and a new task goes out', async () => {
    sure(await as((tx, a) => close(tx, a, { id, outcome: 'excluded' }, T0)));
    await city.hear();
    sure(await as((tx, a) => reopen(tx, a, { id, said: said('复核') }, T0 + MINUTE)));
    await city.hear(T0 + MINUTE);
    const tasks = await city.db.read((tx) =>
      tx.rows('select round, status from tasks.task where alert_id = $1 order by round', [id]),
    );
    assert.deepEqual(tasks, [
      { round: 0, status: 'withdrawn' },
      { round: 1, status: 'waiting' },
    ]);
    assert.equal((await read(id)).tasksOpen, 1);
  });
});

describe('bulk moves', () => {
  const acknowledgeAll: BulkAction = { move: 'acknowledge' };
  const as = runAs('epi');
  const preview = (token: string, action: BulkAction = acknowledgeAll, now = T0, filter = {}) =>
    city.db.tx((tx) => previewBulk(tx, city.scope('epi'), { filter, action, token }, now));

  it('touch exactly what was previewed, not what came since', async () => {
    const before = [await newAlert(), await newAlert(NEIGHBOUR)];
    const shown = await preview('one');
    assert.equal(
      shown.byLevel.reduce((n, l) => n + l.count, 0),
      shown.count,
    );
    const later = await newAlert();
    sure(await as((tx, a) => executeBulk(tx, a, { token: 'one' }, T0)));
    for (const id of before) assert.equal((await read(id)).status, 'acknowledged');
    assert.equal((await read(later)).status, 'open');
  });
  it('leave alone what somebody moved since, and say so', async () => {
    const id = await newAlert();
    await preview('two');
    await as((tx, a) => start(tx, a, { id }, T0 + 1));
    const done = sure(await as((tx, a) => executeBulk(tx, a, { token: 'two' }, T0 + 2)));
    assert.deepEqual(
      done.skipped.filter((s) => s.id === id),
      [{ id, status: 'working' }],
    );
  });
  it('run once, for their author, before the token is too old', async () => {
    await newAlert();
    await preview('three');
    const other = await runAs('chief')((tx, a) => executeBulk(tx, a, { token: 'three' }, T0));
    assert.equal(codeOf(other), 'no-preview');
    const old = await as((tx, a) => executeBulk(tx, a, { token: 'three' }, T0 + 11 * MINUTE));
    assert.equal(codeOf(old), 'no-preview');
    sure(await as((tx, a) => executeBulk(tx, a, { token: 'three' }, T0)));
    const again = await as((tx, a) => executeBulk(tx, a, { token: 'three' }, T0));
    assert.equal(codeOf(again), 'no-preview');
  });
  it('are taken back within a minute, except what moved meanwhile', async () => {
    const [kept, back] = [await newAlert(), await newAlert()];
    const to = { id: city.actor('district').id, name: '李' };
    await preview('four', { move: 'assign', to }, T0, { status: 'open' });
    const done = sure(await as((tx, a) => executeBulk(tx, a, { token: 'four' }, T0)));
    assert.equal((await read(back)).assignedTo, to.id);
    assert.equal((await read(back)).assignedName, 'district');
    await as((tx, a) => start(tx, a, { id: kept }, T0 + 5));
    const late = await as((tx, a) => undoBulk(tx, a, { id: done.bulkId }, T0 + MINUTE + 1));
    assert.equal(codeOf(late), 'undo-late');
    const undone = sure(await as((tx, a) => undoBulk(tx, a, { id: done.bulkId }, T0 + 10)));
    assert.deepEqual(undone.kept, [kept]);
    assert.equal((await read(back)).status, 'open');
    assert.equal((await read(back)).assignedTo, null);
    assert.equal((await read(kept)).status, 'working');
  });
});

describe('the queue', () => {
  it('pages without gaps or doubles while alerts are added', async () => {
    const rules = [1, 2, 3, 4].map((level) =>
      ruleDoc({ id: `level-${level}`, level: level as 1 | 2 | 3 | 4, task: 'home_visit' }),
    );
    await city.signal(
      Array.from({ length: 40 }, (_, i) => ({
        personId: 100 + i,
        rule: rules[i % 4] ?? ruleDoc(),
      })),
    );
    await city.hear();
    const seen: number[] = [];
    let after: string | undefined;
    do {
      const page = await city.db.read((tx) =>
        alertsPage(tx, city.scope('chief'), { after, limit: 7 }),
      );
      seen.push(...page.rows.map((row) => row.id));
      if (seen.length === 7) await newAlert();
      after = page.next ?? undefined;
    } while (after);
    assert.equal(new Set(seen).size, seen.length);
    const all = await city.db.read((tx) => alertsPage(tx, city.scope('chief'), { limit: 200 }));
    const ranks = all.rows.map((row) => row.rank);
    assert.deepEqual(
      ranks,
      ranks.toSorted((a, b) => b - a),
    );
    assert.ok(all.rows.length - seen.length <= 1);
  });
  it('says how often each rule was right', async () => {
    const page = await city.db.read((tx) => precisionPage(tx, { limit: 50 }));
    const rule = page.rows.find((row) => row.ruleId === 'fever-purchase');
    assert.ok(rule && rule.raised >= rule.closed + rule.live);
    assert.ok(rule.precision !== null && rule.precision > 0 && rule.precision <= 1);
  });
});
