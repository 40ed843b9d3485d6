import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isRefusal } from '#base/refusal.ts';
import { MINUTE } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import { hearAllAgain } from '#platform/outbox/index.ts';
import { alertById } from '../../../watch/alerts/reads/lists.ts';
import {
  codeOf,
  DISTRICT,
  LOOP,
  ruleDoc,
  smallCity,
  said,
  sure,
  T0,
  VAULT,
} from '../../../../tests/builders/loop.ts';
import { taskById } from '../reads/lists.ts';
import { answer, type AnswerInput, close } from './answer.ts';
import { accept, pass } from './hops.ts';

let city: Awaited<ReturnType<typeof smallCity>>;
let person = 0;
before(async () => {
  city = await smallCity();
});
after(() => city.drop());
const run = <T>(verb: (tx: Tx) => Promise<T>): Promise<T> => city.db.tx(verb);

/** A phone check that lies with a community worker: the task, its alert and who holds it. */
async function newCheck() {
  person++;
  await city.signal([{ personId: person }]);
  await city.hear();
  const found = await city.db.read((tx) =>
    tx.row<{ id: number }>('select max(id) as id from tasks.task where person_id = $1', [person]),
  );
  const id = found?.id ?? 0;
  const task = sure(await run((tx) => pass(tx, city.actor('street'), { id }, T0)));
  const holder = task.holderId === city.actor('worker').id ? 'worker' : 'second';
  return { id, alertId: task.alertId ?? 0, holder };
}
const say = (login: string, input: AnswerInput, now = T0) =>
  run((tx) => answer(tx, VAULT, city.actor(login), input, now));
const read = async (id: number) => {
  const task = await city.db.read((tx) => taskById(tx, city.scope('chief'), id));
  if (!task) throw new Error('no task');
  return task;
};
const alertOf = (id: number) => city.db.read((tx) => alertById(tx, city.scope('chief'), id));

describe('answers', () => {
  it('a person reached and well closes the task, and the task its alert', async () => {
    const { id, alertId, holder } = await newCheck();
    sure(await run((tx) => accept(tx, city.actor(holder), { id }, T0)));
    await city.hear();
    assert.equal((await alertOf(alertId))?.status, 'working');
    const fields = { temperature: 36.5, travel: false };
    const done = sure(await say(holder, { id, result: 'reached_well', fields }));
    assert.equal(done.status, 'closed');
    await city.hear();
    const alert = await alertOf(alertId);
    assert.equal(alert?.status, 'closed');
    assert.equal(alert?.outcome, 'excluded');
    assert.equal(alert?.tasksOpen, 0);
  });
  it('without its evidence an end waits, and closing says what is missing', async () => {
    const { id, holder } = await newCheck();
    const said = sure(await say(holder, { id, result: 'reached_well', fields: {} }));
    assert.equal(said.status, 'answered');
    const shut = await run((tx) => close(tx, VAULT, city.actor(holder), { id }, T0));
    assert.equal(codeOf(shut), 'evidence-missing');
    assert.deepEqual(isRefusal(shut) && shut.errors?.map((e) => e.path), [
      'body.fields.temperature',
    ]);
    sure(await say(holder, { id, result: 'reached_well', fields: { temperature: 36.9 } }));
    assert.equal((await read(id)).status, 'closed');
  });
  it('symptoms wait for a review with all evidence, then make the alert suspected', async () => {
    const { id, alertId, holder } = await newCheck();
    const fields = { symptoms: ['fever'], temperature: 38.6 };
    sure(await say(holder, { id, result: 'symptoms', fields }));
    assert.equal((await read(id)).status, 'answered');
    const more = { ...fields, onsetOn: '2026-03-01', advised: 'fever_clinic' };
    sure(await say(holder, { id, result: 'symptoms', fields: more }));
    assert.equal((await read(id)).status, 'answered');
    sure(await run((tx) => close(tx, VAULT, city.actor('street'), { id }, T0)));
    await city.hear();
    assert.equal((await alertOf(alertId))?.outcome, 'suspected');
  });
  it('the third time not reached goes to the investigators by itself', async () => {
    const { id, holder } = await newCheck();
    const input = { id, result: 'not_reached', fields: { tried: 'phone' } };
    for (const n of [1, 2]) {
      const task = sure(await say(holder, input, T0 + n * MINUTE));
      assert.equal(task.attempts, n);
      assert.equal(task.status, 'working');
    }
    const handed = sure(await say(holder, input, T0 + 3 * MINUTE));
    assert.equal(handed.tier, 'investigation');
    assert.equal(handed.hopArea, DISTRICT);
    assert.equal(handed.holderId, city.actor('sleuth').id);
    const late = await say(holder, input, T0 + 4 * MINUTE);
    assert.equal(codeOf(late), 'task-elsewhere');
    const found = { id, result: 'excluded', fields: { sampled: true } };
    assert.equal(sure(await say('sleuth', found, T0 + 5 * MINUTE)).status, 'closed');
  });
  it('a refusal goes to the investigators at once', async () => {
    const { id, holder } = await newCheck();
    const bare = await say(holder, { id, result: 'refused', fields: {} });
    assert.equal(codeOf(bare), 'invalid-answer');
    const fields = { refusedWhy: '不愿回答' };
    const task = sure(await say(holder, { id, result: 'refused', fields }));
    assert.equal(task.tier, 'investigation');
    assert.equal(task.status, 'waiting');
  });
  it('a closed task takes no further answer', async () => {
    const { id, holder } = await newCheck();
    const input = { id, result: 'wrong_person', fields: {} };
    assert.equal(sure(await say(holder, input)).status, 'closed');
    assert.equal(codeOf(await say(holder, input)), 'task-status');
  });
  it('a phone whose clock runs ahead has done nothing in the future', async () => {
    const { id, holder } = await newCheck();
    const doneAt = T0 + 600 * MINUTE;
    sure(await say(holder, { id, result: 'wrong_person', fields: {}, doneAt }, T0 + MINUTE));
    const row = await city.db.read((tx) =>
      tx.row('select done_at as "doneAt" from tasks.answer where task_id = $1', [id]),
    );
    assert.deepEqual(row, { doneAt: T0 + MINUTE });
  });
  it('a graver alert tightens the open task; a closed alert withdraws it', async () => {
    const { id, alertId } = await newCheck();
    const before = await read(id);
    await city.signal([{ personId: person, rule: ruleDoc({ id: 'grave', level: 1 }) }]);
    await city.hear();
    const tighter = await read(id);
    assert.equal(tighter.level, 1);
    assert.ok((tighter.dueAt ?? 0) < (before.dueAt ?? 0));
    const input = { id: alertId, outcome: 'duplicate_case' as const, said: said('同一人') };
    const { close: closeAlert } = await import('../../../watch/alerts/moves/close.ts');
    sure(await run((tx) => closeAlert(tx, city.actor('epi'), input, T0)));
    await city.hear();
    assert.equal((await read(id)).status, 'withdrawn');
  });
  it('a closed alert withdraws its task also when the worker’s clock runs ahead', async () => {
    person++;
    await city.signal([{ personId: person }]);
    await city.hear(Date.UTC(2090, 0, 1));
    const task = await city.db.read((tx) =>
      tx.row<{ id: number; alertId: number }>(
        'select id, alert_id as "alertId" from tasks.task where person_id = $1',
        [person],
      ),
    );
    const input = { id: task?.alertId ?? 0, outcome: 'excluded' as const };
    const { close: closeAlert } = await import('../../../watch/alerts/moves/close.ts');
    sure(await run((tx) => closeAlert(tx, city.actor('epi'), input, T0)));
    await city.hear();
    assert.equal((await read(task?.id ?? 0)).status, 'withdrawn');
  });
  it('every fact heard again leaves tasks and alerts as they were', async () => {
    const dump = () =>
      city.db.read(async (tx) => [
        await tx.rows('select * from tasks.task order by id'),
        await tx.rows('select * from tasks.hop order by task_id, seq'),
        await tx.rows('select * from tasks.history order by id'),
        await tx.rows('select * from alerts.alert order by id'),
        await tx.rows('select * from alerts.task order by task_id'),
        await tx.rows('select * from alerts.history order by id'),
      ]);
    const once = await dump();
    await hearAllAgain(city.db, LOOP, () => T0 + MINUTE);
    await city.hear(T0 + MINUTE);
    assert.deepEqual(await dump(), once);
  });
});
