import type { KindName } from '#base/kinds.ts';
import type { Level, Words } from '#base/words.ts';

/** Records of these kinds for which the CEL predicate `when` holds (absent = all of them). */
export type Side = { readonly on: readonly KindName[]; readonly when?: string };

/**
 * The matching half of a rule document: a CEL predicate over one record, inside a declarative
 * wrapper.
 * Windows are in hours; event time counts, not arrival.
 */
export type Match =
  /** R1: one record. */
  | ({ readonly type: 'R1' } & Side)
  /** R2: a record of a person (or place) on a live watch-list. */
  | ({ readonly type: 'R2'; readonly list: string } & Side)
  /** R3: `then` at most `withinHours` after an earlier `first` of the same person. */
  | {
      readonly type: 'R3';
      readonly first: Side & { readonly list?: string };
      readonly then: Side & { readonly list?: string };
      readonly withinHours: number;
    }
  /**
   * R4: at least `distinct` persons (or records, where nobody is named) within the window,
   * counted by the place of the record, the person's unit (school, workplace), or the area where
   * the person lives.
   */
  | ({
      readonly type: 'R4';
      readonly by: 'place' | 'unit' | 'community' | 'street' | 'district';
      readonly placeKinds?: readonly string[];
      readonly distinct: number;
      readonly withinHours: number;
    } & Side)
  /** R6: a member of the list (or a place of the kinds) without such a record for `silentHours`. */
  | ({
      readonly type: 'R6';
      readonly list?: string;
      readonly placeKinds?: readonly string[];
      readonly silentHours: number;
    } & Side);

/** A rule as a versioned document: what it looks for, how it is graded, what is done about it. */
export type RuleDoc = {
  readonly id: string;
  readonly title: Words;
  /** Why the rule exists: the clause, norm or experience it rests on. */
  readonly basis: Words;
  readonly level: Level;
  readonly match: Match;
  /** Disease code of the catalogue, when the rule is about one. */
  readonly disease?: string;
  /** What signals of this rule join into one alert. */
  readonly groupBy: 'person' | 'place' | 'area';
  /**
   * Signals about the same subject within so many hours join the open alert; after closing,
   * they stay quiet so long.
   */
  readonly groupHours: number;
  readonly suppressHours: number;
  /** Form and ladder of the task that the alert opens. */
  readonly task:
    | 'phone_check'
    | 'home_visit'
    | 'site_check'
    | 'case_investigation'
    | 'verify_report';
  /** The policy profile it belongs to ('' = always): 2025 law, or the 2020–2022 list. */
  readonly profile?: string;
};
