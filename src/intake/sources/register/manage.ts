import type { Actor } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import type { NewSource } from '../contract.ts';
import type { Source } from '../model.ts';
import { insertSource, sourceByCode } from './store.ts';

const TAKEN = refuse('conflict', 'source-taken', {
  zh: '该代码或 HL7 发送方已登记给另一数据源。',
  en: 'This code, or this HL7 sender, already belongs to a source.',
});

/** Registers a source; refused when its code or HL7 sender is taken. */
export async function createSource(
  tx: Tx,
  actor: Actor,
  input: NewSource,
  now: number,
): Promise<Source | Refusal> {
  return (await insertSource(tx, input, actor.id, now)) ?? TAKEN;
}

/** The source of this code, registered now if it is not yet there: for seeds and importers. */
export async function ensureSource(
  tx: Tx,
  actor: Actor,
  input: NewSource,
  now: number,
): Promise<Source | Refusal> {
  return (await sourceByCode(tx, input.code)) ?? createSource(tx, actor, input, now);
}
