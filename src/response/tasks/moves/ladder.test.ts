import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { MINUTE } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import {
  CITY,
  codeOf,
  COMMUNITY,
  DISTRICT,
  NEIGHBOUR,
  ruleDoc,
  said,
  smallCity,
  STREET,
  sure,
  T0,
} from '../../../../tests/builders/loop.ts';
import { taskFigures, boardPage, breachesPage, loadPage } from '../reads/board.ts';
import { myTasks, taskById, tasksPage } from '../reads/lists.ts';
import { executeBulk, previewBulk } from './bulk.ts';
import { escalateOverdue } from './escalate.ts';
import { accept, giveBack, pass, transfer } from './hops.ts';
import { supervise, undo } from './supervise.ts';

let city: Awaited<ReturnType<typeof smallCity>>;
let person = 0;
before(async () => {
  city = await smallCity();
});
after(() => city.drop());

async function newTask(level: 1 | 2 | 3 | 4 = 3): Promise<number> {
  person++;
  const rule = ruleDoc({ id: `level-${level}`, level });
  await city.signal([{ personId: person, rule }]);
  await city.hear();
  const found = await city.db.read((tx) =>
    tx.row<{ id: number }>('select max(id) as id from tasks.task where person_id = $1', [person]),
  );
  return found?.id ?? 0;
}
const read = async (id: number) => {
  const task = await city.db.read((tx) => taskById(tx, city.scope('chief'), id));
  if (!task) throw new Error('no task');
  return task;
};
const run = <T>(verb: (tx: Tx) => Promise<T>): Promise<T> => city.db.tx(verb);
const historyOf = (id: number) =>
  city.db.read((tx) =>
    tx.rows<{ what: string }>('select what from tasks.history where task_id = $1 order by id', [
      id,
    ]),
  );

describe('down the ladder', () => {
  it('a yellow check falls to the street by standing order, each step recorded', async () => {
    const id = await newTask(3);
    const task = await read(id);
    assert.equal(task.tier, 'street');
    assert.equal(task.hopArea, STREET);
    assert.equal(task.clock, 'accept');
    assert.equal(task.dueAt, T0 + 30 * MINUTE);
    assert.deepEqual(
      (await historyOf(id)).map((line) => line.what),
      ['dispatched', 'auto', 'auto'],
    );
  });
  it('a red one waits for the city', async () => {
    const task = await read(await newTask(1));
    assert.equal(task.tier, 'city');
    assert.equal(task.hopArea, CITY);
  });
  it('the street accepts and passes it; the least loaded on duty holds it', async () => {
    const holders = new Set<number | null>();
    for (let i = 0; i < 2; i++) {
      const id = await newTask(3);
      sure(await run((tx) => accept(tx, city.actor('street'), { id }, T0)));
      sure(await run((tx) => pass(tx, city.actor('street'), { id }, T0)));
      const task = await read(id);
      assert.equal(task.tier, 'community');
      holders.add(task.holderId);
    }
    assert.deepEqual(holders, new Set([city.actor('worker').id, city.actor('second').id]));
  });
  it('a community cannot take what lies at the street, the district may', async () => {
    const id = await newTask(3);
    const worker = await run((tx) => accept(tx, city.actor('worker'), { id }, T0));
    assert.equal(codeOf(worker), 'task-elsewhere');
    const neighbour = await run((tx) => accept(tx, city.actor('neighbour'), { id }, T0));
    assert.equal(codeOf(neighbour), 'no-task');
    sure(await run((tx) => accept(tx, city.actor('district'), { id }, T0)));
  });
  it('returns with a reason to the hop above and stays there', async () => {
    const id = await newTask(3);
    sure(await run((tx) => giveBack(tx, city.actor('street'), { id, said: said('非本街道') }, T0)));
    const task = await read(id);
    assert.equal(task.tier, 'district');
    assert.equal(task.hopArea, DISTRICT);
    const top = await newTask(1);
    const refused = await run((tx) =>
      giveBack(tx, city.actor('chief'), { id: top, said: said('x') }, T0),
    );
    assert.equal(codeOf(refused), 'no-rung-above');
  });
  it('moves to another area with a reason, out of the sight of who sent it', async () => {
    const id = await newTask(3);
    const input = { id, areaCode: NEIGHBOUR, said: said('已搬家') };
    const street = city.actor('street');
    const seen = city.db.seeing({ areaPrefix: '429901001', actorId: street.id });
    const moved = sure(await seen.tx((tx) => transfer(tx, street, input, T0)));
    assert.equal(moved.areaCode, NEIGHBOUR);
    assert.equal(moved.holderId, city.actor('neighbour').id);
    const left = await seen.read((tx) => tx.row('select 1 from tasks.task where id = $1', [id]));
    assert.equal(left, undefined);
    const own = { id: await newTask(3), areaCode: COMMUNITY, said: said('x') };
    const refused = await run((tx) => transfer(tx, street, own, T0));
    assert.equal(codeOf(refused), 'area-not-other');
  });
  it('a pass is taken back by its author within a minute, not later, not by others', async () => {
    const id = await newTask(3);
    const street = city.actor('street');
    const before = await read(id);
    sure(await run((tx) => pass(tx, street, { id }, T0 + 1)));
    const other = await run((tx) => undo(tx, city.actor('district'), { id }, T0 + 2));
    assert.equal(codeOf(other), 'undo-late');
    const late = await run((tx) => undo(tx, street, { id }, T0 + 2 + MINUTE));
    assert.equal(codeOf(late), 'undo-late');
    const back = sure(await run((tx) => undo(tx, street, { id }, T0 + 3)));
    assert.deepEqual({ ...back, changedAt: 0 }, { ...before, changedAt: 0 });
    sure(await run((tx) => pass(tx, street, { id }, T0 + 4)));
    assert.equal((await read(id)).tier, 'community');
  });
});

describe('missed clocks', () => {
  it('go up one post at a time to the city, each breach written once', async () => {
    const id = await newTask(3);
    await escalateOverdue(city.db, T0 + 29 * MINUTE);
    assert.equal((await read(id)).breaches, 0);
    const due = T0 + 30 * MINUTE;
    await escalateOverdue(city.db, due);
    assert.equal((await read(id)).escalatedTo, 'district');
    await escalateOverdue(city.db, due);
    const once = await read(id);
    assert.equal(once.escalatedTo, 'district');
    assert.equal(once.breaches, 1);
    await escalateOverdue(city.db, due + 60 * MINUTE);
    assert.equal((await read(id)).escalatedTo, 'city');
    await escalateOverdue(city.db, due + 240 * MINUTE);
    const end = await read(id);
    assert.equal(end.breaches, 1);
    assert.equal(end.escalatedTo, 'city');
    assert.ok((await historyOf(id)).filter((l) => l.what === 'escalate').length === 2);
  });
  it('supervision sets a new clock that can be missed again', async () => {
    const id = await newTask(3);
    const chief = city.actor('chief');
    await escalateOverdue(city.db, T0 + 30 * MINUTE);
    const now = T0 + 31 * MINUTE;
    const past = await run((tx) =>
      supervise(tx, chief, { id, said: said('速办'), dueAt: now }, now),
    );
    assert.equal(codeOf(past), 'due-in-past');
    const input = { id, said: said('速办'), dueAt: now + 5 * MINUTE };
    sure(await run((tx) => supervise(tx, chief, input, now)));
    await escalateOverdue(city.db, now + 5 * MINUTE);
    assert.equal((await read(id)).breaches, 2);
    sure(await run((tx) => accept(tx, city.actor('street'), { id }, now + 6 * MINUTE)));
    assert.equal((await read(id)).escalatedTo, null);
    const seen = await city.db.read((tx) =>
      tasksPage(tx, city.scope('chief'), { supervised: 'yes', limit: 9 }, now),
    );
    assert.deepEqual(
      seen.rows.map((row) => row.id),
      [id],
    );
  });
});

describe('whom and where a task may go', () => {
  it('only to people who may do it, by their own name, and to areas of the register', async () => {
    const id = await newTask(3);
    const street = city.actor('street');
    const give = (to: { id: number; name: string }) =>
      run((tx) => pass(tx, street, { id, to }, T0));
    assert.equal(codeOf(await give({ id: 999, name: '谁' })), 'no-such-holder');
    const neighbour = { id: city.actor('neighbour').id, name: 'neighbour' };
    assert.equal(codeOf(await give(neighbour)), 'no-such-holder');
    const given = sure(await give({ id: city.actor('second').id, name: 'somebody else' }));
    assert.equal(given.holderName, 'second');
    const nowhere = { id, areaCode: '429977001000', said: said('住在外区') };
    assert.equal(codeOf(await run((tx) => transfer(tx, street, nowhere, T0))), 'no-such-area');
    const below = { id, areaCode: '429901001777' };
    assert.equal(codeOf(await run((tx) => pass(tx, street, below, T0))), 'no-such-area');
  });
});

describe('many at once', () => {
  it('assigns what was previewed and names what moved since', async () => {
    const ids = [await newTask(4), await newTask(4)];
    const input = {
      filter: { level: 4, tier: 'street' as const },
      action: { move: 'assign' as const, to: { id: city.actor('second').id, name: 'second' } },
      token: 'many',
    };
    const shown = await city.db.tx((tx) => previewBulk(tx, city.scope('street'), input, T0));
    assert.equal(shown.count, 2);
    await run((tx) => pass(tx, city.actor('street'), { id: ids[0] ?? 0 }, T0));
    const done = sure(
      await run((tx) => executeBulk(tx, city.actor('street'), { token: 'many' }, T0)),
    );
    assert.equal(done.done, 1);
    assert.deepEqual(
      done.skipped.map((s) => s.id),
      [ids[0]],
    );
    assert.equal((await read(ids[1] ?? 0)).holderId, city.actor('second').id);
  });
});

describe('lists and board', () => {
  it('my tasks page by due time without gaps or doubles', async () => {
    for (let i = 0; i < 12; i++) {
      const id = await newTask(3);
      sure(await run((tx) => pass(tx, city.actor('street'), { id }, T0 + i)));
    }
    const scope = city.scope('worker');
    const seen: number[] = [];
    let after: string | undefined;
    do {
      const page = await city.db.read((tx) => myTasks(tx, scope, { after, limit: 2 }));
      seen.push(...page.rows.map((row) => row.id));
      after = page.next ?? undefined;
    } while (after);
    const all = await city.db.read((tx) => myTasks(tx, scope, { limit: 200 }));
    assert.deepEqual(
      seen,
      all.rows.map((row) => row.id),
    );
    assert.ok(seen.length >= 6);
    for (const row of all.rows) assert.ok(row.holderId === scope.actor.id || row.holderId === null);
  });
  it('the board counts states, breaches and kept clocks by district', async () => {
    const now = T0 + 300 * MINUTE;
    const chief = city.scope('chief');
    const query = { tier: 'district' as const, limit: 9 };
    const codes = [DISTRICT, '429902000000'];
    const board = await city.db.read((tx) => boardPage(tx, chief, query, codes, now));
    const [row, empty] = board.rows;
    assert.equal(row?.areaCode, DISTRICT);
    assert.ok(row && row.waiting > 0 && row.breaches7d > 0 && row.supervised === 1);
    assert.ok(row.answeredInTime !== null && row.answeredInTime > 0 && row.answeredInTime < 1);
    assert.equal(empty?.waiting, 0);
    assert.equal(empty?.answeredInTime, null);
    const breaches = await city.db.read((tx) => breachesPage(tx, chief, { limit: 200 }));
    assert.ok(breaches.rows.length >= row.breaches7d);
    const figures = await city.db.read((tx) => taskFigures(tx, chief, undefined, now));
    assert.equal(figures.open, row.waiting + row.working + row.answered);
  });
  it('load names who holds how many', async () => {
    const load = await city.db.read((tx) => loadPage(tx, city.scope('street'), { limit: 9 }, T0));
    const worker = load.rows.find((row) => row.actorId === city.actor('worker').id);
    assert.ok(worker && worker.open > 0 && worker.doneToday === 0);
  });
});
