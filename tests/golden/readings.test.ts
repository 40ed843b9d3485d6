import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import type { Endpoint } from '#base/contract.ts';
import { CONTRACTS } from '../../src/entry/commands/contracts.ts';

/**
 * The door writes down whose data an answer held (`registers/trace/subject.ts`). It knows a person by
 * these names; a contract that calls one otherwise would be read without a trace.
 */
const NAMES = new Set([
  'personId',
  'personIds',
  'persons',
  // Of the file itself, which notes them by itself.
  'linked',
  'linkedInto',
  // Members of a list: persons where they have a name.
  'subjectId',
]);
const SUSPECT = /person|patient|resident|subject|holderOf|aboutId|linked/i;

type Schema = { type?: string | string[]; items?: Schema; properties?: Record<string, Schema> };

/** Names of whole numbers, or lists of them, anywhere in a schema. */
function numbersIn(schema: unknown, found: Set<string>): Set<string> {
  if (typeof schema !== 'object' || schema === null) return found;
  const isWhole = (it: Schema | undefined): boolean => {
    const text = JSON.stringify(it ?? {});
    return /"(integer|number)"/.test(text) && !text.includes('"properties"');
  };
  for (const [name, it] of Object.entries((schema as Schema).properties ?? {}))
    if (isWhole(it)) found.add(name);
  for (const it of Object.values(schema)) numbersIn(it, found);
  return found;
}

test('every answer names persons by a name the trace knows', () => {
  const endpoints = CONTRACTS.flatMap((contract) =>
    Object.values(contract).filter(
      (it): it is Endpoint => typeof it === 'object' && it !== null && 'answer' in it,
    ),
  );
  const strange = endpoints.flatMap(({ method, path, answer }) => {
    const schema = z.toJSONSchema(answer, { io: 'output', unrepresentable: 'any' });
    return [...numbersIn(schema, new Set())]
      .filter((name) => SUSPECT.test(name) && !NAMES.has(name))
      .map((name) => `${method} ${path}: ${name}`);
  });
  assert.deepEqual(strange, []);
  assert.ok(endpoints.length > 80);
});
