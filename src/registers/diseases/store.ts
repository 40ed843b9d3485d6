import type { Tx } from '#platform/db/index.ts';
import type { Disease, Profile, Threshold } from './contract.ts';

const DISEASE = `d.profile, d.code, d.words, d.class, d.managed_as as "managedAs", d.icd10,
  d.report_hours as "reportHours", d.urgent, d.event_hours as "eventHours", d.incubation,
  d.event_threshold as "eventThreshold", d.source`;

export const profiles = (tx: Tx): Promise<Profile[]> =>
  tx.rows<Profile>(
    `select code, words, basis, valid_from as "validFrom", valid_until as "validUntil"
     from diseases.profile order by valid_from`,
  );

/**
 * The catalogue in force on a day (`YYYY-MM-DD`), in the order of the law. With a profile, that
 * one: empty when it is not in force on that day.
 */
export const diseasesOn = (tx: Tx, day: string, profile?: string): Promise<Disease[]> =>
  tx.rows<Disease>(
    `select ${DISEASE} from diseases.disease d join diseases.profile p on p.code = d.profile
     where p.valid_from <= $1 and (p.valid_until is null or p.valid_until > $1)
       and ($2::text is null or p.code = $2)
     order by p.valid_from desc, d.position`,
    [day, profile ?? null],
  );

/** Thresholds in force on a day; with a disease code only those that name it. */
export const thresholdsOn = (tx: Tx, day: string, disease?: string): Promise<Threshold[]> =>
  tx.rows<Threshold>(
    `select code, diseases, unit, min_count as "minCount", window_hours as "windowHours",
       place_scope as "placeScope", source, found, valid_from as "validFrom",
       valid_until as "validUntil"
     from diseases.threshold
     where valid_from <= $1 and (valid_until is null or valid_until > $1)
       and ($2::text is null or $2 = any(diseases))
     order by code, valid_from`,
    [day, disease ?? null],
  );
