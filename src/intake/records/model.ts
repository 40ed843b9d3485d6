import type { KindName } from '#base/kinds.ts';
import type { FieldError } from '#base/refusal.ts';
import type { RowValues } from '#engine/columns/index.ts';

/** Every limit of the room, by name. */
export const LIMITS = {
  /** Rows of one step of the worker, so of one segment. */
  chunkRowsMax: 20_000,
  chunkBytesMax: 16 * 2 ** 20,
  /** Settled segments in memory for listeners of records.admitted. */
  segmentsInMemory: 8,
  /** A loaded segment file is kept so long, then the lake alone has it. */
  segmentKeptMs: 48 * 3_600_000,
  groupRowsMax: 500_000,
  /** Raw rows waiting for the worker; beyond it the door answers busy. */
  backlogBytesMax: 4 * 2 ** 30,
  logFileBytes: 256 * 2 ** 20,
  /** Rows of a batch whose errors are summed up for a glance. */
  errorsSummedMax: 20_000,
  loadEveryMs: 1_000,
  exportRowsMax: 100_000,
  recordsByIdMax: 1_000,
  /** An observation further ahead than this is an error of the clock or the zone. */
  futureMs: 3_600_000,
  /** Older observations belong to an import, not to surveillance. */
  ageMaxMs: 400 * 86_400_000,
  textCharsMax: 2_000,
  codeCharsMax: 64,
} as const;

export type Counts = {
  received: number;
  admitted: number;
  quarantined: number;
  duplicate: number;
  pending: number;
};

export type Account = {
  city: Counts;
  sources: (Counts & { sourceId: number; source: { zh: string; en: string } })[];
  holds: boolean;
  at: number;
};

/** What a row says about a person, texts normalised; the shape `registers/people` resolves. */
export type PersonFields = {
  idType?: 'citizen' | 'passport' | 'hkmo' | 'taiwan' | 'resident';
  idNo?: string;
  name?: string;
  sex?: string;
  bornOn?: string;
  phone?: string;
  address?: string;
  areaCode?: string;
  unitCode?: string;
};

/** A row that may be admitted. */
export type Candidate = {
  readonly kind: KindName;
  readonly at: number;
  readonly person: PersonFields | null;
  readonly placeId: number;
  readonly placeArea: string;
  readonly values: RowValues;
  /** What the row is called: its place in its batch, the same at every replay. */
  readonly recordName: string;
  readonly key: string;
};

export type Rejected = {
  readonly kind: string;
  readonly errors: readonly FieldError[];
  readonly raw: string;
  readonly fields: Record<string, unknown> | undefined;
};

/** One row of the log on its way: where it came from and what was found. */
export type Weighed = {
  readonly batch: string;
  readonly sourceId: number;
  readonly rowNo: number;
  readonly receivedAt: number;
} & ({ readonly candidate: Candidate } | { readonly rejected: Rejected });
