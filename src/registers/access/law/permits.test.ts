import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Actor, HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { ROLES } from '../contract.ts';
import { actionsOf, mayDo, scopeFor } from './permits.ts';
import { ACTIONS, POLICY } from '../policy.ts';

const actor = (...roles: string[]): Actor => ({
  id: 7,
  login: 'someone',
  name: '某人',
  roles,
  areaCode: '429001002003',
});

test('a street officer reads people of the street, a community worker those of their tasks', () => {
  const street = scopeFor(actor('street_officer'), 'person.read', 'task:1');
  assert.ok(!isRefusal(street));
  assert.equal(street.areaPrefix, '429001002003');
  const worker = { ...actor('community_worker'), assigned: [5] };
  const scope = scopeFor(worker, 'person.read', 'task:1');
  assert.ok(!isRefusal(scope));
  assert.deepEqual([scope.areaPrefix, scope.persons], ['-', [5]]);
});

test('a grant for the city reaches the whole city of the actor', () => {
  const scope = scopeFor(actor('community_worker'), 'place.read', '');
  assert.ok(!isRefusal(scope));
  assert.equal(scope.areaPrefix, '4290');
  assert.equal(scope.purpose, 'place.read');
});

test('a commander opens a file only under a stated purpose', () => {
  const commander = actor('commander');
  for (const purpose of ['', 'abc', 'person.read']) {
    const refused = scopeFor(commander, 'person.read', purpose);
    assert.ok(isRefusal(refused));
    assert.equal(refused.code, 'purpose-needed');
  }
  assert.ok(!isRefusal(scopeFor(commander, 'person.read', '市长专线核实')));
});

test('the widest of several roles counts', () => {
  const both = actor('commander', 'epidemiologist');
  assert.ok(!isRefusal(scopeFor(both, 'person.read', '')));
});

test('an administrator sees no person', () => {
  for (const action of ACTIONS.filter((a) => a.startsWith('person.') || a === 'timeline.read'))
    assert.equal(mayDo(actor('administrator'), action), false);
});

test('who drafts a rule neither reviews nor activates it', () => {
  for (const role of ROLES) {
    const drafts = POLICY[role]['rule.draft'] !== undefined;
    assert.ok(!(drafts && POLICY[role]['rule.review']), role);
    assert.ok(!(drafts && POLICY[role]['rule.activate']), role);
  }
});

test('an unknown role and an unknown action are refused', () => {
  assert.equal(mayDo(actor('emperor'), 'alert.read'), false);
  assert.equal(mayDo(actor('commander'), 'city.burn'), false);
  assert.deepEqual(actionsOf(actor('emperor')), {});
});

test('the house itself may do everything everywhere', () => {
  const scope = scopeFor(HOUSE, 'person.read', 'matching');
  assert.ok(!isRefusal(scope));
  assert.equal(scope.areaPrefix, '');
});
