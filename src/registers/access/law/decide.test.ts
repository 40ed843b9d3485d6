import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Actor, type Permit, HOUSE, type Scope } from '#base/access.ts';
import { ancestorOf, prefixOf } from '#base/areas.ts';
import { isRefusal, type Refusal } from '#base/refusal.ts';
import { ROLES } from '../contract.ts';
import { ACTIONS, POLICY } from '../policy.ts';
import { decide, NOWHERE, type Question } from './decide.ts';
import { separate } from './separate.ts';

const NOW = Date.parse('2026-03-02T01:00:00Z');
const PERSON_ACTIONS: Permit[] = ['person.read', 'timeline.read', 'person.reveal'];
const AREAS = ['429001000000', '429001002000', '429001002003', '42900100200301', '429002000000'];

const WORKERS = ['community_worker', 'investigator'];
const isRole = (who: Actor) => (role: string) => who.roles.includes(role);

const grant = fc.record({
  id: fc.integer({ min: 1, max: 99 }),
  actions: fc.subarray(PERSON_ACTIONS, { minLength: 1 }),
  personId: fc.integer({ min: 1, max: 9 }),
  until: fc.integer({ min: NOW - 1_000, max: NOW + 1_000 }),
});
const actor: fc.Arbitrary<Actor> = fc
  .record({
    roles: fc.subarray([...ROLES, 'emperor'] as string[], { maxLength: 3 }),
    areaCode: fc.constantFrom(...AREAS, ''),
    personId: fc.integer({ min: 1, max: 9 }),
    grants: fc.array(grant, { maxLength: 3 }),
    assigned: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }),
  })
  .map((it) => ({ id: 7, login: 'x', name: 'x', ...it }));
const action = fc.constantFrom(...(ACTIONS as readonly Permit[]), 'city.burn' as Permit);
const purpose = fc.constantFrom(
  '',
  'abc',
  '核查本区疫情',
  'supervision: 抽查',
  'person.read',
  '信访维稳',
);
const question: fc.Arbitrary<Question> = fc.record({
  actor,
  action,
  purpose,
  now: fc.constant(NOW),
});

/** Whether `b` shows all that `a` shows. */
function holds(a: Scope | Refusal, b: Scope | Refusal): boolean {
  if (isRefusal(a)) return true;
  if (isRefusal(b)) return false;
  const area = a.areaPrefix === NOWHERE || a.areaPrefix.startsWith(b.areaPrefix);
  return area && (a.persons ?? []).every((id) => b.persons?.includes(id));
}

test('one more role never takes anything away', () => {
  fc.assert(
    fc.property(question, fc.constantFrom(...ROLES), (asked, role) => {
      const more = { ...asked.actor, roles: [...asked.actor.roles, role] };
      assert.ok(holds(decide(asked), decide({ ...asked, actor: more })));
    }),
    { numRuns: 3_000, seed: 1 },
  );
});

test('nobody signed in sees an area outside their own city', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const scope = decide(asked);
      if (isRefusal(scope)) return;
      const city = prefixOf(ancestorOf(asked.actor.areaCode, 'city') ?? '');
      const inside = city !== '' && scope.areaPrefix.startsWith(city);
      assert.ok(scope.areaPrefix === NOWHERE || inside, scope.areaPrefix);
    }),
    { numRuns: 3_000, seed: 2 },
  );
});

test('a grant opens its person for its actions, and nothing once its time is over', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const scope = decide(asked);
      if (isRefusal(scope)) return;
      const self = asked.actor.roles.includes('resident') ? asked.actor.personId : undefined;
      for (const id of scope.persons ?? []) {
        const live = asked.actor.grants?.some(
          (it) => it.personId === id && it.until > NOW && it.actions.includes(asked.action),
        );
        const held = asked.actor.assigned?.includes(id) && WORKERS.some(isRole(asked.actor));
        assert.ok(live || id === self || held, `person ${id}`);
      }
    }),
    { numRuns: 3_000, seed: 3 },
  );
});

test('a resident sees their own file and no area at all', () => {
  fc.assert(
    fc.property(action, purpose, fc.integer({ min: 1, max: 99 }), (what, why, personId) => {
      const me = { id: 1, login: 'r', name: 'r', roles: ['resident'], areaCode: AREAS[2] ?? '' };
      const scope = decide({ actor: { ...me, personId }, action: what, purpose: why, now: NOW });
      if (isRefusal(scope)) return assert.ok(what !== 'self.read' || why === '信访维稳');
      assert.equal(scope.areaPrefix, NOWHERE);
      assert.deepEqual(scope.persons, [personId]);
    }),
    { seed: 4 },
  );
});

test('without grants the answer is the table, for every role and action', () => {
  for (const role of ROLES)
    for (const what of ACTIONS) {
      const me = { id: 1, login: 'x', name: 'x', roles: [role], areaCode: '429001002003' };
      const asked = {
        actor: { ...me, personId: 5, assigned: [6] },
        action: what as Permit,
        now: NOW,
      };
      const named = decide({ ...asked, purpose: '核查本区疫情' });
      const silent = decide({ ...asked, purpose: '' });
      const reach = POLICY[role][what];
      const prefix = reach && {
        city: '4290',
        own: '429001002003',
        named: '429001002003',
        self: '-',
        assigned: '-',
      };
      assert.equal(isRefusal(named) ? undefined : named.areaPrefix, prefix?.[reach ?? 'own']);
      assert.equal(isRefusal(silent), !reach || reach === 'named', `${role} ${what}`);
    }
});

test('what lies outside the scope is not there, unless it is about a person a grant opens', () => {
  const me: Actor = {
    id: 1,
    login: 'x',
    name: 'x',
    roles: ['district_officer'],
    areaCode: AREAS[0] ?? '',
  };
  const ask = (resource: Question['resource'], who = me) =>
    decide({ actor: who, action: 'person.read', resource, purpose: '', now: NOW });
  assert.ok(!isRefusal(ask({ areaCode: '429001009001' })));
  assert.equal((ask({ areaCode: '429002001001' }) as Refusal).code, 'outside-scope');
  const lent: Permit[] = ['person.read'];
  const grants = [{ id: 1, actions: lent, personId: 3, until: NOW + 1 }];
  const opened = ask({ areaCode: '429002001001', personId: 3 }, { ...me, grants });
  assert.ok(!isRefusal(opened));
  assert.equal(
    (ask({ areaCode: '429002001001', personId: 4 }, { ...me, grants }) as Refusal).code,
    'outside-scope',
  );
});

test('police, petition and credit purposes are refused by name, whatever the role; lapsed words are not', () => {
  for (const role of ['commander', 'epidemiologist'])
    for (const why of [
      '公安侦查需要',
      '核对储户名单',
      '信访维稳',
      'loan collection',
      'ＣＲＥＤＩＴ check',
    ]) {
      const me = { id: 1, login: 'x', name: 'x', roles: [role], areaCode: AREAS[0] ?? '' };
      const refused = decide({ actor: me, action: 'person.read', purpose: why, now: NOW });
      assert.equal((refused as Refusal).code, 'purpose-refused', why);
    }
  const me = { id: 1, login: 'x', name: 'x', roles: ['epidemiologist'], areaCode: AREAS[0] ?? '' };
  const fine = decide({
    actor: me,
    action: 'person.read',
    purpose: 'accredited laboratory',
    now: NOW,
  });
  assert.ok(!isRefusal(fine));
});

test('who wrote or approved does not carry out; two units approve what one proposed', () => {
  const me = {
    id: 3,
    login: 'x',
    name: 'x',
    roles: ['data_protection_officer'],
    areaCode: AREAS[0] ?? '',
  };
  const ask = (resource: Question['resource']) =>
    decide({ actor: me, action: 'rule.activate', resource, purpose: '', now: NOW });
  assert.ok(!isRefusal(ask({ authorId: 1, approverId: 2 })));
  for (const resource of [{ authorId: 3 }, { approverId: 3 }, { authorId: 1, approverId: 1 }])
    assert.equal((ask(resource) as Refusal).code, 'same-hand');
  const units = (a: string, b: string) =>
    separate({ author: { id: 1, unit: a }, approver: { id: 2, unit: b } }, { units: true })?.code;
  assert.equal(units('cdc', 'hq'), undefined);
  assert.equal(units('cdc', 'cdc'), 'same-unit');
  assert.equal(units('', 'hq'), 'same-unit');
});

test('the house itself needs no role', () => {
  const scope = decide({ actor: HOUSE, action: 'person.read', purpose: 'matching', now: NOW });
  assert.ok(!isRefusal(scope) && scope.areaPrefix === '');
});
