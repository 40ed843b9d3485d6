/** Members of all lists together at most: the host refuses more rather than run out of memory. */
export const MEMBERS_MAX = 5_000_000;

/**
 * A watch-list as the matcher asks it: who is on it, from when until when (epoch ms, until
 * excluded).
 */
export class MemberTable {
  readonly id: string;
  readonly subject: 'person' | 'place';
  #slot = new Map<number, number>();
  #from = new Float64Array(16);
  #until = new Float64Array(16);
  #used = 0;
  #free: number[] = [];

  constructor(id: string, subject: 'person' | 'place') {
    this.id = id;
    this.subject = subject;
  }

  get size(): number {
    return this.#slot.size;
  }

  set(member: number, from: number, until: number): void {
    let slot = this.#slot.get(member);
    if (slot === undefined) {
      slot = this.#free.pop() ?? this.#used++;
      this.#slot.set(member, slot);
      if (slot >= this.#from.length) this.#grow();
    }
    this.#from[slot] = from;
    this.#until[slot] = until;
  }

  delete(member: number): void {
    const slot = this.#slot.get(member);
    if (slot === undefined) return;
    this.#slot.delete(member);
    this.#free.push(slot);
  }

  /** Whether the member was on the list at that instant, by event time. */
  holdsAt(member: number, at: number): boolean {
    const slot = this.#slot.get(member);
    return slot !== undefined && at >= this.#from[slot]! && at < this.#until[slot]!;
  }

  has(member: number): boolean {
    return this.#slot.has(member);
  }

  /** When the membership began; NaN for a stranger. */
  fromOf(member: number): number {
    const slot = this.#slot.get(member);
    return slot === undefined ? Number.NaN : this.#from[slot]!;
  }

  members(): Iterable<number> {
    return this.#slot.keys();
  }

  #grow(): void {
    const [from, until] = [this.#from, this.#until];
    this.#from = new Float64Array(from.length * 2);
    this.#until = new Float64Array(until.length * 2);
    this.#from.set(from);
    this.#until.set(until);
  }
}

/** A dated code set: a code counts from an instant until another (Infinity when open). */
export class CodeTable {
  #codes = new Map<string, { from: number; until: number }>();

  set(code: string, from: number, until: number): void {
    this.#codes.set(code, { from, until });
  }

  holdsAt(code: string, at: number): boolean {
    const span = this.#codes.get(code);
    return span !== undefined && at >= span.from && at < span.until;
  }
}
