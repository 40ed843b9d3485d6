import type { Vault } from '#platform/secrets/index.ts';
import { type Attribute, attributeName, normalOf } from './model.ts';

/** One attribute of a statement, by its code. */
export type ClaimSaid = { readonly attribute: number; readonly value: string };

/** What lies under the seal of a statement. Throws when it was changed. */
export const claimsIn = (vault: Pick<Vault, 'open'>, sealed: Buffer): ClaimSaid[] =>
  (JSON.parse(vault.open(sealed)) as [number, string][]).map(([attribute, value]) => ({
    attribute,
    value,
  }));

/** The value of one attribute in a statement; '' when it says nothing about it. */
export const claimIn = (vault: Vault, sealed: Buffer, attribute: number): string =>
  claimsIn(vault, sealed).find((it) => it.attribute === attribute)?.value ?? '';

export type StatementRow = {
  readonly person: number;
  readonly sourceId: number;
  readonly sealed: Buffer;
  readonly trust: number;
  readonly record: string;
  readonly firstAt: number;
  readonly lastAt: number;
};

/** One attribute as one source gave it, over all its statements. */
export type ClaimRow = Omit<StatementRow, 'sealed'> & {
  readonly attribute: Attribute;
  readonly code: number;
  readonly value: string;
};

/**
 * Statements opened into claims: equal values of one source are one, from its first to its last
 * word. Most believed first: by attribute, then trust, then the latest.
 */
export function claimsFrom(vault: Vault, rows: readonly StatementRow[]): ClaimRow[] {
  const claims = new Map<string, ClaimRow>();
  for (const { sealed, ...row } of rows) {
    for (const { attribute: code, value } of claimsIn(vault, sealed)) {
      const attribute = attributeName(code);
      const key = `${row.person} ${row.sourceId} ${code} ${normalOf(attribute, value)}`;
      const claim = claims.get(key);
      if (!claim) {
        claims.set(key, { ...row, attribute, code, value });
        continue;
      }
      const later = row.lastAt > claim.lastAt ? { lastAt: row.lastAt, value } : {};
      const earlier = row.firstAt < claim.firstAt ? { firstAt: row.firstAt } : {};
      const record = row.firstAt < claim.firstAt ? row.record : claim.record;
      const trust = Math.max(row.trust, claim.trust);
      claims.set(key, { ...claim, ...later, ...earlier, record, trust });
    }
  }
  return [...claims.values()].sort(
    (a, b) => a.code - b.code || b.trust - a.trust || b.lastAt - a.lastAt,
  );
}
