import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { HOUR } from '#base/time.ts';
import { hearAllAgain } from '#platform/outbox/index.ts';
import { CITY, LOOP, ruleDoc, smallCity, sure, T0 } from '../../../../tests/builders/loop.ts';
import { alertsPage } from '../reads/lists.ts';
import { close } from './close.ts';
import { remindUnseen } from './remind.ts';

let city: Awaited<ReturnType<typeof smallCity>>;
before(async () => {
  city = await smallCity();
});
after(() => city.drop());

const live = () => city.db.read((tx) => alertsPage(tx, city.scope('chief'), { limit: 50 }));
const ofPerson = async (personId: number) =>
  (await city.db.read((tx) => alertsPage(tx, city.scope('chief'), { personId, limit: 50 }))).rows;

describe('signals become alerts', () => {
  it('two signals about one person in one fact are one alert with one task', async () => {
    await city.signal([{ personId: 1 }, { personId: 1, at: T0 + HOUR }]);
    await city.hear();
    const [alert, ...rest] = await ofPerson(1);
    assert.equal(rest.length, 0);
    assert.equal(alert?.signalCount, 2);
    assert.equal(alert?.level, 3);
    assert.equal(alert?.tasksOpen, 1);
  });

  it('a later signal joins and the alert grows', async () => {
    await city.signal([{ personId: 1, at: T0 + 2 * HOUR }], T0 + 2 * HOUR);
    await city.hear(T0 + 2 * HOUR);
    const [alert] = await ofPerson(1);
    assert.equal(alert?.signalCount, 3);
    assert.equal(alert?.lastSignalAt, T0 + 2 * HOUR);
  });

  it('records of three kinds about one person raise the level one step', async () => {
    await city.signal([
      { personId: 2 },
      { personId: 2, rule: ruleDoc({ id: 'b' }), kinds: ['rail_trip', 'clinic_visit'] },
    ]);
    await city.hear();
    const [alert] = await ofPerson(2);
    assert.equal(alert?.level, 2);
    assert.equal(alert?.ruleCount, 2);
  });

  it('a graver rule takes the lead of the alert it joins', async () => {
    await city.signal([{ personId: 3, rule: ruleDoc({ id: 'mild', level: 4 }) }]);
    await city.hear();
    await city.signal([{ personId: 3, rule: ruleDoc({ id: 'grave', level: 2 }) }]);
    await city.hear();
    const [alert] = await ofPerson(3);
    assert.equal(alert?.ruleId, 'grave');
    assert.equal(alert?.level, 2);
  });

  it('five pupils of one school are one alert about the school', async () => {
    const rule = ruleDoc({ id: 'school', level: 2, groupBy: 'place', task: 'site_check' });
    await city.signal([11, 12, 13, 14, 15].map((personId) => ({ personId, placeId: 90, rule })));
    await city.hear();
    const at = await city.db.read((tx) =>
      alertsPage(tx, city.scope('chief'), { placeId: 90, limit: 9 }),
    );
    assert.equal(at.rows.length, 1);
    assert.equal(at.rows[0]?.personId, null);
    assert.equal(at.rows[0]?.signalCount, 5);
  });

  it('a signal from nowhere known, or from another city, is the whole city to work on', async () => {
    await city.signal([
      { personId: 31, areaCode: '' },
      { personId: 32, areaCode: '110101001001' },
    ]);
    await city.hear();
    for (const personId of [31, 32]) {
      const [alert] = await ofPerson(personId);
      assert.equal(alert?.areaCode, CITY);
      assert.equal(alert?.tasksOpen, 1);
    }
  });

  it('after closing signals are counted and stay quiet; later they raise anew', async () => {
    await city.signal([{ personId: 4 }]);
    await city.hear();
    const id = (await ofPerson(4))[0]?.id ?? 0;
    sure(await city.db.tx((tx) => close(tx, city.actor('epi'), { id, outcome: 'excluded' }, T0)));
    await city.signal([{ personId: 4, at: T0 + HOUR }]);
    await city.hear(T0 + HOUR);
    assert.equal((await ofPerson(4)).length, 0);
    const row = await city.db.read((tx) =>
      tx.row(
        'select suppressed_count as quiet, signal_count as n from alerts.alert where id = $1',
        [id],
      ),
    );
    assert.deepEqual(row, { quiet: 1, n: 1 });
    await city.signal([{ personId: 4, at: T0 + 30 * HOUR }]);
    await city.hear(T0 + 30 * HOUR);
    assert.equal((await ofPerson(4)).length, 1);
  });

  it('every fact heard again leaves the database as it was', async () => {
    const dump = () =>
      city.db.read(async (tx) => ({
        alerts: await tx.rows('select * from alerts.alert order by id'),
        joined: await tx.rows('select * from alerts.joined order by signal_id'),
        history: await tx.rows('select * from alerts.history order by id'),
        tasks: await tx.rows('select * from tasks.task order by id'),
        hops: await tx.rows('select * from tasks.hop order by task_id, seq'),
        lines: await tx.rows('select * from tasks.history order by id'),
      }));
    const once = await dump();
    await hearAllAgain(city.db, LOOP, () => T0 + 40 * HOUR);
    await city.hear(T0 + 40 * HOUR);
    assert.deepEqual(await dump(), once);
  });

  it('reminds of what nobody saw, once per interval and three times at most', async () => {
    const open = (await live()).rows.filter((a) => a.status === 'open').length;
    assert.ok(open > 0);
    const late = T0 + 40 * HOUR;
    assert.equal(await remindUnseen(city.db, late), open);
    await remindUnseen(city.db, late);
    await remindUnseen(city.db, late);
    assert.equal(await remindUnseen(city.db, late), 0);
  });
});
