import type { Actor } from '#base/access.ts';
import { ancestorOf, prefixOf } from '#base/areas.ts';
import { DAY } from '#base/time.ts';
import { supportedPersons, unitsWithCases } from '#intake/records/index.ts';
import type { Db } from '#platform/db/index.ts';
import type { Lake } from '#platform/lake/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { decidedBy, personsDecided } from '#registers/decisions/index.ts';
import { type PersonTraits, thresholdsAt } from '#registers/misuse/index.ts';
import {
  drawTraits,
  type Named,
  type Traits,
  traitsByDocument,
  traitsOfPersons,
} from '#registers/people/index.ts';

/** Rows of a longer list that are looked at, spread evenly over it. */
const SAMPLE_MAX = 4_000;

export type SampleDeps = {
  /** In the house's sight: who is known in another district is known. */
  readonly db: Db;
  readonly lake: Lake;
  readonly vault: Vault;
};
export type Sample = {
  readonly sample: readonly PersonTraits[];
  readonly reference: readonly PersonTraits[];
};

/**
 * Traits and epidemic support of the people of a list, and of people drawn from the whole city, for
 * the guard against lists that no epidemic explains. Makes no file for anybody, tells nobody's name.
 */
export async function sampleOf(
  deps: SampleDeps,
  rows: readonly Named[],
  actor: Actor,
  now: number,
): Promise<Sample> {
  const cityPrefix = prefixOf(ancestorOf(actor.areaCode, 'city') ?? '');
  const limits = thresholdsAt(now);
  const step = Math.max(1, Math.ceil(rows.length / SAMPLE_MAX));
  const asked = rows.filter((_, i) => i % step === 0);
  const { list, city, decided } = await deps.db.read(async (tx) => {
    const named = await traitsByDocument(tx, deps.vault, asked);
    // A list cut into small pieces is one list: whom the actor listed today stands beside it.
    const before = await decidedBy(tx, actor.id, 'list', now - DAY);
    const fresh = before.filter((id) => !named.some((it) => it.person === id));
    const listed = [...named, ...(await traitsOfPersons(tx, deps.vault, fresh))];
    const ids = listed.map((it) => it.person).filter((id) => id > 0);
    return {
      list: listed,
      city: await drawTraits(tx, deps.vault, limits.reference_persons),
      decided: await personsDecided(tx, ids, 'alert', now - limits.support_days * DAY),
    };
  });
  const from = now - limits.support_days * DAY;
  const ids = list.map((it) => it.person);
  const recorded = await supportedPersons(deps.lake, ids, from);
  const units = await unitsWithCases(
    deps.lake,
    list.map((it) => it.unitId),
    from,
  );
  const hasSupport = (it: Traits): boolean =>
    decided.has(it.person) || recorded.has(it.person) || units.has(it.unitId);
  const shaped = (it: Traits, supported: boolean): PersonTraits => ({
    unit: it.unitId > 0 && !units.has(it.unitId) ? it.unitId : null,
    birthYear: it.birthYear,
    awayHome: isAway(it.areaCode, cityPrefix) ? it.areaCode.slice(0, 4) : null,
    origin: it.origin,
    onlySource: it.onlySource,
    hasSupport: supported,
  });
  return {
    sample: list.map((it) => shaped(it, hasSupport(it))),
    reference: city.map((it) => shaped(it, false)),
  };
}

const isAway = (areaCode: string, cityPrefix: string): boolean =>
  areaCode !== '' && cityPrefix !== '' && !prefixOf(areaCode).startsWith(cityPrefix);
