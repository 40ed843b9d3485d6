import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { DAY, MINUTE } from '#base/time.ts';
import { anIntake } from '../../../../tests/builders/intake.ts';
import { issueKey, keysOf, type NewKey, revokeKey, sourceOfKey } from './keys.ts';

const NOW = Date.parse('2026-03-02T01:00:00Z');
let intake: Awaited<ReturnType<typeof anIntake>>;
before(async () => {
  intake = await anIntake();
});
after(() => intake.close());

async function issue(more: Partial<NewKey> = {}, now = NOW) {
  const input = { sourceId: intake.source.id, days: 365, ...more };
  const made = await intake.db.tx((tx) => issueKey(tx, HOUSE, input, now));
  assert.ok(!isRefusal(made));
  return made;
}
const holderOf = (key: string, now: number) => intake.db.read((tx) => sourceOfKey(tx, key, now));

test('a rotated key lives on for the overlap and then ends; others are not touched without one', async () => {
  const old = await issue();
  await issue();
  assert.ok(await holderOf(old.key, NOW + 300 * DAY));
  const next = await issue({ overlapDays: 7 }, NOW + DAY);
  assert.ok(await holderOf(old.key, NOW + 7 * DAY));
  assert.equal(await holderOf(old.key, NOW + 9 * DAY), undefined);
  assert.ok(await holderOf(next.key, NOW + 300 * DAY));
});

test('a key of some formats and kinds sends nothing else', async () => {
  const now = Date.now();
  const key = await issue({ formats: ['csv'], kinds: ['pharmacy_sale'] }, now);
  const send = async (kind: string, type: string) => {
    const url = `http://127.0.0.1:${intake.port}/api/intake/pharmacies?${kind}`;
    const headers = { authorization: `Bearer ${key.key}`, 'content-type': type };
    const reply = await fetch(url, { method: 'POST', headers, body: 'at,place\n' });
    return [reply.status, ((await reply.json()) as { code?: string }).code];
  };
  assert.deepEqual(await send('kind=lab_result', 'text/csv'), [403, 'not-of-this-key']);
  assert.deepEqual(await send('', 'text/csv'), [403, 'not-of-this-key']);
  assert.deepEqual(await send('kind=pharmacy_sale', 'application/json'), [400, 'content-type']);
  assert.equal((await send('kind=pharmacy_sale', 'text/csv'))[0], 202);
  const url = `http://127.0.0.1:${intake.port}/api/intake/pharmacies?kind=pharmacy_sale`;
  const headers = { authorization: `Bearer ${key.key}`, 'content-type': 'text/csv' };
  const at = new Date(now).toISOString();
  const body = `kind,at,areaCode,reason\nschool_absence,${at},340101001001,fever\n`;
  assert.equal((await fetch(url, { method: 'POST', headers, body })).status, 202);
  await intake.drain();
  const faults = await intake.db.read((tx) =>
    tx.rows<{ code: string }>(
      `select e ->> 'code' as code from records.quarantine, jsonb_array_elements(errors) e`,
    ),
  );
  assert.ok(
    faults.some((it) => it.code === 'not-of-this-key'),
    'a row cannot name another kind for itself',
  );
  const [shown] = await intake.db.read((tx) => keysOf(tx, intake.source.id));
  assert.ok(shown?.usedAt && shown.usedAt >= now - MINUTE, 'when it was used is known');
  const other = { sourceId: 1, days: 1, formats: ['csv' as const] };
  const beyond = await intake.db.tx((tx) => issueKey(tx, HOUSE, other, now));
  assert.ok(isRefusal(beyond) && beyond.code === 'beyond-source');
});

test('issuing, rotating and revoking a key are on record', async () => {
  const key = await issue();
  await issue({ overlapDays: 0 });
  const input = { sourceId: intake.source.id, keyId: key.id };
  await intake.db.tx((tx) => revokeKey(tx, HOUSE, input, NOW));
  const lines = await intake.db.read((tx) =>
    tx.rows<{ action: string }>(
      `select action from trace.entry where subject = $1 order by id desc limit 3`,
      [`source:${intake.source.id}`],
    ),
  );
  assert.deepEqual(
    lines.map((line) => line.action),
    ['key.revoke', 'key.rotate', 'key.issue'],
  );
});
