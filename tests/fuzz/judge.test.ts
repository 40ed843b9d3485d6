import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import type { Actor } from '#base/access.ts';
import { endpoint } from '#base/contract.ts';
import { SECRET } from './house.ts';
import { type Answer, judge } from './judge.ts';
import type { Asked } from './requests.ts';

const people = endpoint({
  method: 'GET',
  path: '/api/people',
  summary: { zh: '人', en: 'People' },
  permit: 'person.read',
  answer: z.object({}),
});
const actor: Actor = {
  id: 1,
  login: 'near',
  name: 'near',
  roles: ['community_worker'],
  areaCode: '429901000000',
};
const near = { token: 'near.community_worker', actor, isCity: false };
const asked = (more: Partial<Asked> = {}): Asked => ({
  endpoint: people,
  method: 'GET',
  url: '/api/people',
  headers: {},
  body: undefined,
  caller: near,
  isSpoiled: false,
  isEdge: false,
  ...more,
});
const sound = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'",
  'cache-control': 'no-store',
};
const answer = (more: Partial<Answer> = {}): Answer => ({
  status: 200,
  headers: sound,
  body: '{"rows":[]}',
  ms: 5,
  ...more,
});

test('a sound answer is not held for a finding', () => {
  assert.deepEqual(judge(asked(), answer()), []);
  const busy = { status: 503, body: '{"code":"log-busy"}' };
  assert.deepEqual(judge(asked(), answer(busy)), []);
});

test('every kind of leak is a finding', () => {
  const found = (more: Partial<Answer>) => judge(asked(), answer(more)).join();
  assert.match(found({ status: 500, body: '{"code":"fault"}' }), /answered 500/);
  assert.match(found({ status: 503, body: '{"code":"fault"}' }), /answered 503/);
  assert.match(found({ body: '{"title":"x\n    at read (/srv/a.js:1:2)"}' }), /a stack trace/);
  assert.match(found({ body: '"src/registers/people/file.ts:12"' }), /a path of the machine/);
  assert.match(found({ body: 'violates foreign key constraint' }), /a word of the database/);
  assert.match(found({ body: 'select id from people.person' }), /a query/);
  assert.match(found({ body: `{"rows":[{"reason":"${SECRET}"}]}` }), /a row of the far district/);
  assert.match(found({ body: '{"areaCode":"429902001001"}' }), /names the far district/);
  assert.match(found({ status: 401, body: '{"code":"sign-in"}' }), /session was not known/);
  assert.match(found({ headers: { ...sound, 'cache-control': undefined } }), /may be kept/);
  assert.match(found({ headers: { ...sound, 'x-content-type-options': undefined } }), /nosniff/);
});

test('what the sender wrote and the city may see is none', () => {
  const far = answer({ body: '{"areaCode":"429902001001"}' });
  assert.deepEqual(judge(asked({ url: '/api/people?area=429902001001' }), far), []);
  assert.deepEqual(judge(asked({ caller: { ...near, isCity: true } }), far), []);
  const echoed = asked({ body: 'select id from people.person' });
  assert.deepEqual(judge(echoed, answer({ body: 'select id from people.person' })), []);
});
