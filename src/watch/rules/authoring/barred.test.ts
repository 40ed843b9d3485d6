import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Db } from '#platform/db/index.ts';
import { freshDatabase } from '../../../../tests/builders/database.ts';
import { putList } from '../lists/store.ts';
import { checkRule, knownNames } from './check.ts';

let db: Db;
let drop: () => Promise<void>;
before(async () => {
  ({ db, drop } = await freshDatabase());
});
after(() => drop());

const words = (zh: string, en: string) => ({ zh, en });
const ruleOn = (list: string) => ({
  ...{ id: 'listed-travels', title: words('名单人员出行', 'A member travels'), level: 3 },
  basis: words('试', 'test'),
  match: { type: 'R2', list, on: ['rail_trip'] },
  ...{ groupBy: 'person', groupHours: 24, suppressHours: 24, task: 'phone_check' },
});

test('a rule over a list for creditors is refused by name, the same rule over contacts is not', async () => {
  const known = await db.tx(async (tx) => {
    const list = { subject: 'person' as const, defaultHours: 24, legalBasis: words('法', 'law') };
    const contacts = words('追踪密切接触者', 'Follow close contacts');
    const savers = words('村镇银行储户返乡管控', 'Depositors of village banks');
    await putList(tx, { ...list, id: 'contacts', words: contacts, purpose: contacts }, 0);
    await putList(tx, { ...list, id: 'returners', words: contacts, purpose: savers }, 0);
    return knownNames(tx);
  });
  assert.deepEqual(checkRule(ruleOn('contacts'), known).faults, []);
  const [fault, ...more] = checkRule(ruleOn('returners'), known).faults;
  assert.equal(more.length, 0);
  assert.deepEqual([fault?.code, fault?.path], ['barred-purpose', 'match.list']);
  assert.match(fault?.text.zh ?? '', /征信/);
});
