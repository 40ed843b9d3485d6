import type { Actor } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Mapping, SavedMapping } from './model.ts';
import { insertMapping, mappingInForce } from './store.ts';

const NEWER = refuse('conflict', 'newer-mapping', {
  zh: '其间有人保存了新版本，请刷新后再改。',
  en: 'Somebody saved a newer version meanwhile; load it and change that.',
});
const TWICE = refuse('invalid', 'field-twice', {
  zh: '同一字段在映射中出现两次。',
  en: 'A field stands in the mapping twice.',
});
const EMPTY = refuse('invalid', 'rule-empty', {
  zh: '每条规则须有来源列或固定值。',
  en: 'Every rule needs a column of the source or a constant.',
});
const HALF_POINT = refuse('invalid', 'half-point', {
  zh: '经度与纬度须同时映射。',
  en: 'Longitude and latitude are mapped together.',
});

/** What makes a mapping senseless, though its form is right. */
export function mappingFault({ rules }: Mapping): Refusal | undefined {
  const fields = new Set(rules.map((it) => it.field));
  if (fields.size < rules.length) return TWICE;
  if (rules.some((it) => it.from.length === 0 && it.constant === undefined)) return EMPTY;
  return fields.has('longitude') === fields.has('latitude') ? undefined : HALF_POINT;
}

/** Saves the next version; it is in force for what arrives from then on. */
export async function saveMapping(
  tx: Tx,
  actor: Actor,
  input: { sourceId: number; mapping: Mapping; after: number },
  now: number,
): Promise<SavedMapping | Refusal> {
  const fault = mappingFault(input.mapping);
  if (fault) return fault;
  const inForce = await mappingInForce(tx, input.sourceId);
  if ((inForce?.version ?? 0) !== input.after) return NEWER;
  const { sourceId, mapping } = input;
  const it = { sourceId, mapping, version: input.after + 1, authorId: actor.id };
  return (await insertMapping(tx, it, now)) ?? NEWER;
}
