import type { MatchContext } from '#engine/match/index.ts';
import { CodeTable, MEMBERS_MAX, MemberTable } from '#engine/match/index.ts';
import type { Tx } from '#platform/db/index.ts';
import type { PlaceDirectory } from '#registers/places/index.ts';
import { codeSets, type ListKeys, memberFeed, watchLists } from '#watch/rules/index.ts';

/** Members fetched in one question. */
const FEED_ROWS = 20_000;

/**
 * Lists, code sets and kinds of places in memory, followed from the registers. The tables stay the
 * same objects, so a plan compiled over them sees every change.
 */
export class Tables implements MatchContext {
  readonly lists = new Map<string, MemberTable>();
  readonly codes = new Map<string, CodeTable>();
  readonly placeKinds = new Map<number, string>();
  readonly #revs = new Map<string, number>();
  readonly #keys: ListKeys;

  /** `keys` open members that came in under orders; they are kept here only, in memory. */
  constructor(keys: ListKeys) {
    this.#keys = keys;
  }

  /** Brings everything up to date. Throws when the lists outgrow MEMBERS_MAX. */
  async follow(tx: Tx): Promise<void> {
    for (const list of await watchLists(tx)) {
      const table = this.lists.get(list.id) ?? new MemberTable(list.id, list.subject);
      this.lists.set(list.id, table);
      await this.#followList(tx, table);
    }
    for (const set of await codeSets(tx)) {
      const table = this.codes.get(set.id) ?? new CodeTable();
      this.codes.set(set.id, table);
      for (const code of set.codes) {
        table.set(code.code, code.from, code.until ?? Number.POSITIVE_INFINITY);
      }
    }
  }

  followPlaces(places: Pick<PlaceDirectory, 'byId'>): void {
    if (this.placeKinds.size === places.byId.size) return;
    for (const place of places.byId.values()) this.placeKinds.set(place.id, place.kind);
  }

  /** What a plan refers to by name: it is compiled anew when this changes. */
  get names(): string {
    return [...this.lists.keys(), '|', ...this.codes.keys()].join(' ');
  }

  async #followList(tx: Tx, table: MemberTable): Promise<void> {
    const isStale = await this.#read(tx, table);
    // Who left with an order may stand on the list for another reason: read it all once more.
    if (isStale) {
      for (const member of [...table.members()]) table.delete(member);
      this.#revs.delete(table.id);
      await this.#read(tx, table);
    }
    let total = 0;
    for (const list of this.lists.values()) total += list.size;
    if (total > MEMBERS_MAX) {
      throw new Error(`watch-lists hold ${total} members together; ${MEMBERS_MAX} at most`);
    }
  }

  /** Follows a list to its end; true when somebody left with an order. */
  async #read(tx: Tx, table: MemberTable): Promise<boolean> {
    let isStale = false;
    for (;;) {
      const after = this.#revs.get(table.id) ?? 0;
      const changes = await memberFeed(tx, this.#keys, table.id, after, FEED_ROWS);
      for (const change of changes) {
        const { subjectId, mandateId, from, until } = change;
        if (change.removed && mandateId !== null) isStale = true;
        else if (subjectId !== null && change.removed) table.delete(subjectId);
        else if (subjectId !== null) table.set(subjectId, from, until);
        this.#revs.set(table.id, change.rev);
      }
      if (changes.length < FEED_ROWS) return isStale;
    }
  }
}
