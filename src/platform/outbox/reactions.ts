import type { FactKind, Heard } from '#facts/index.ts';
import type { Tx } from '#platform/db/index.ts';

/**
 * What a room does about a fact, in one transaction with the mark that it was heard. Idempotent:
 * hearing the same fact again changes nothing (the replay test does exactly that).
 */
export type Reaction<K extends FactKind = FactKind> = (
  tx: Tx,
  fact: Heard<K>,
  now: number,
) => Promise<void>;

/**
 * A reaction keeps its name for ever: its cursor is kept under it. One name may hear several
 * kinds.
 */
export type Named<K extends FactKind = FactKind> = {
  readonly name: string;
  readonly react: Reaction<K>;
};
export type Reactions = { readonly [K in FactKind]?: readonly Named<K>[] };

/** All that one named reaction hears: one cursor, one loop. */
export type Hearer = { readonly name: string; readonly reactTo: ReadonlyMap<string, Reaction> };

/** The page of reactions by name, in the order in which names first occur. */
export function hearersOf(reactions: Reactions): Hearer[] {
  const byName = new Map<string, Map<string, Reaction>>();
  for (const [kind, list] of Object.entries(reactions)) {
    for (const { name, react } of list as readonly Named[]) {
      const reactTo = byName.get(name) ?? new Map<string, Reaction>();
      if (reactTo.has(kind)) throw new Error(`reaction ${name} stands twice at ${kind}`);
      byName.set(name, reactTo.set(kind, react));
    }
  }
  return [...byName].map(([name, reactTo]) => ({ name, reactTo }));
}
