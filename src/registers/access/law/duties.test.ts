import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefusal } from '#base/refusal.ts';
import { type Role, ROLES } from '../contract.ts';
import { HANDED_MS, newHand, rolesApart } from './duties.ts';
import { scopeFor } from './permits.ts';

const NOW = Date.parse('2026-11-22T01:00:00Z');

test('every role stands by itself, and together those who do one work', () => {
  for (const role of ROLES) assert.equal(rolesApart([role]), undefined, role);
  assert.equal(rolesApart(['epidemiologist', 'district_officer', 'investigator']), undefined);
  assert.equal(rolesApart(['administrator', 'administrator']), undefined);
});

const APART: readonly (readonly [string, readonly Role[]])[] = [
  ['proposes and approves orders', ['epidemiologist', 'commander']],
  ['proposes orders and protects data', ['epidemiologist', 'data_protection_officer']],
  ['drafts and reviews rules', ['epidemiologist', 'rule_reviewer']],
  ['reviews and activates rules', ['rule_reviewer', 'data_protection_officer']],
  ['asks for exports and approves them', ['supervisor', 'data_protection_officer']],
  ['breaks glass and reviews it', ['district_officer', 'supervisor']],
  ['reads people and judges who reads', ['street_officer', 'supervisor']],
  ['makes accounts and does something else', ['administrator', 'data_steward']],
  ['is a device and a person', ['guard_device', 'epidemiologist']],
];
for (const [what, roles] of APART)
  test(`no account ${what}`, () => {
    assert.ok(rolesApart(roles));
  });

test('an account somebody else had in hand decides nothing for a day, and does its other work', () => {
  const actor = {
    ...{ id: 7, login: 'dpo', name: '某', areaCode: '429000000000', handedAt: NOW },
    roles: ['data_protection_officer'],
  };
  const at = (permit: 'mandate.approve' | 'entry.read', now: number) =>
    scopeFor(actor, permit, '', now);
  const soon = at('mandate.approve', NOW + HANDED_MS - 1);
  assert.equal(isRefusal(soon) && soon.code, 'new-hand');
  assert.ok(!isRefusal(at('entry.read', NOW)));
  assert.ok(!isRefusal(at('mandate.approve', NOW + HANDED_MS)));
  assert.equal(newHand({ ...actor, roles: [] }, 'export.approve', NOW)?.code, 'new-hand');
});
