/** Hits, and evidence ids, that one sink holds at most: what comes after is counted, not kept. */
export const HITS_MAX = 200_000;
export const EVIDENCE_MAX = 2_000_000;

/**
 * Hits of one pass, as growing typed arrays that the caller owns and clears. Hit `i` is of rule
 * `rule[i]` (index in the plan) about record `record[i]`; its evidence ids are
 * `evidence[evidenceFrom[i] .. evidenceFrom[i] + evidenceCount[i])`, the hit's own record among
 * them.
 */
export class HitSink {
  count = 0;
  rule = new Int32Array(64);
  /** Record id; 0 for an absence (R6). */
  record = new Float64Array(64);
  /** Person or place (R6), or the group counted (R4); 0 for R1–R3. */
  subject = new Float64Array(64);
  /** Event time of the record; for an absence when silence began. */
  at = new Float64Array(64);
  /** R4: distinct persons seen in the window, counted up to the evidence kept. */
  distinct = new Int32Array(64);
  /** 1 when the record that completed the hit came late. */
  late = new Uint8Array(64);
  evidenceFrom = new Int32Array(64);
  evidenceCount = new Int32Array(64);
  evidence = new Float64Array(256);
  evidenceUsed = 0;
  /** Hits that found no room, by rule index: counted, so that nothing is lost in silence. */
  readonly overflow = new Map<number, number>();

  clear(): void {
    this.count = 0;
    this.evidenceUsed = 0;
    this.overflow.clear();
  }

  /** Adds a hit; answers false when the sink is full and the hit was only counted. */
  add(
    rule: number,
    record: number,
    subject: number,
    at: number,
    distinct: number,
    late: boolean,
    evidence: readonly number[],
  ): boolean {
    if (this.count >= HITS_MAX || this.evidenceUsed + evidence.length > EVIDENCE_MAX) {
      this.overflow.set(rule, (this.overflow.get(rule) ?? 0) + 1);
      return false;
    }
    if (this.count === this.rule.length) this.#growHits();
    while (this.evidenceUsed + evidence.length > this.evidence.length) this.#growEvidence();
    const i = this.count++;
    this.rule[i] = rule;
    this.record[i] = record;
    this.subject[i] = subject;
    this.at[i] = at;
    this.distinct[i] = distinct;
    this.late[i] = late ? 1 : 0;
    this.evidenceFrom[i] = this.evidenceUsed;
    this.evidenceCount[i] = evidence.length;
    for (let e = 0; e < evidence.length; e++) this.evidence[this.evidenceUsed++] = evidence[e]!;
    return true;
  }

  /** The evidence ids of hit `i`. */
  evidenceOf(i: number): number[] {
    const from = this.evidenceFrom[i] ?? 0;
    return [...this.evidence.subarray(from, from + (this.evidenceCount[i] ?? 0))];
  }

  #growHits(): void {
    const room = this.rule.length * 2;
    this.rule = copied(this.rule, new Int32Array(room));
    this.record = copied(this.record, new Float64Array(room));
    this.subject = copied(this.subject, new Float64Array(room));
    this.at = copied(this.at, new Float64Array(room));
    this.distinct = copied(this.distinct, new Int32Array(room));
    this.late = copied(this.late, new Uint8Array(room));
    this.evidenceFrom = copied(this.evidenceFrom, new Int32Array(room));
    this.evidenceCount = copied(this.evidenceCount, new Int32Array(room));
  }

  #growEvidence(): void {
    this.evidence = copied(this.evidence, new Float64Array(this.evidence.length * 2));
  }
}

const copied = <T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T => {
  to.set(from);
  return to;
};
