import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import { type DiseasePack, diseasePack, type ThresholdPack, thresholdPack } from './contract.ts';

const FOLDER = join(import.meta.dirname, '../../../data/diseases');
const json = (name: string): unknown => JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));

/** The catalogue the house ships with. Throws when a file is not what it should be. */
export const shippedDiseases = (): { packs: DiseasePack[]; thresholds: ThresholdPack } => ({
  packs: [diseasePack.parse(json('law-2025.json')), diseasePack.parse(json('list-2020-2022.json'))],
  thresholds: thresholdPack.parse(json('thresholds.json')),
});

/**
 * Puts one profile into the catalogue, or replaces it by its corrected edition; the same pack again
 * changes nothing. Refuses a pack that names a disease twice or ends before it begins.
 */
export async function loadDiseases(
  tx: Tx,
  _actor: Actor,
  pack: DiseasePack,
  _now: number,
): Promise<{ diseases: number } | Refusal> {
  const { profile, diseases } = pack;
  const twice = diseases.filter((d, i) => diseases.findIndex((e) => e.code === d.code) !== i);
  if (twice.length > 0) {
    const codes = twice.map((d) => d.code).join(', ');
    return refuse('invalid', 'doubled-disease', {
      zh: `病种编码重复：${codes}`,
      en: `These diseases stand twice: ${codes}`,
    });
  }
  if (profile.validUntil !== null && profile.validUntil <= profile.validFrom) {
    return refuse('invalid', 'ends-before-begin', {
      zh: '目录的失效日期须晚于生效日期。',
      en: 'A profile ends after it begins.',
    });
  }
  await tx.run(
    `insert into diseases.profile (code, words, basis, valid_from, valid_until)
     values ($1, $2, $3, $4, $5) on conflict (code) do update set words = excluded.words,
       basis = excluded.basis, valid_from = excluded.valid_from, valid_until = excluded.valid_until`,
    [profile.code, profile.words, profile.basis, profile.validFrom, profile.validUntil],
  );
  await tx.run('delete from diseases.disease where profile = $1', [profile.code]);
  await tx.run(
    `insert into diseases.disease (profile, position, code, words, class, managed_as, icd10,
       report_hours, urgent, event_hours, incubation, event_threshold, source)
     select $1, i, e ->> 'code', e -> 'words', e ->> 'class', e ->> 'managedAs', e -> 'icd10',
       (e ->> 'reportHours')::float8, e -> 'urgent', (e ->> 'eventHours')::float8,
       e -> 'incubation', e ->> 'eventThreshold', e ->> 'source'
     from jsonb_array_elements($2::jsonb) with ordinality as x (e, i)`,
    [profile.code, JSON.stringify(diseases)],
  );
  return { diseases: diseases.length };
}

/** Writes thresholds by code and first day in force; what stands there is replaced. */
export async function loadThresholds(
  tx: Tx,
  _actor: Actor,
  pack: ThresholdPack,
  _now: number,
): Promise<{ thresholds: number }> {
  await tx.run(
    `insert into diseases.threshold (code, diseases, unit, min_count, window_hours, place_scope,
       source, found, valid_from, valid_until)
     select e ->> 'code', array(select jsonb_array_elements_text(e -> 'diseases')), e ->> 'unit',
       (e ->> 'minCount')::int, (e ->> 'windowHours')::int, e ->> 'placeScope', e ->> 'source',
       (e ->> 'found')::boolean, (e ->> 'validFrom')::date, (e ->> 'validUntil')::date
     from jsonb_array_elements($1::jsonb) e
     on conflict (code, valid_from) do update set diseases = excluded.diseases,
       unit = excluded.unit, min_count = excluded.min_count, window_hours = excluded.window_hours,
       place_scope = excluded.place_scope, source = excluded.source, found = excluded.found,
       valid_until = excluded.valid_until`,
    [JSON.stringify(pack.thresholds)],
  );
  return { thresholds: pack.thresholds.length };
}
