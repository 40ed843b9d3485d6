import type { FieldError } from '#base/refusal.ts';
import type { Found, Position } from '#intake/sources/index.ts';
import { weighDecoded } from '../validate/check.ts';
import type { RowContext } from '../validate/row.ts';
import { kindSaid } from '../validate/words.ts';

/** What would become of a row if it came in now. */
export type DryVerdict = {
  readonly position: Position;
  readonly kind: string | null;
  readonly verdict: 'admitted' | 'quarantined' | 'duplicate';
  readonly errors: readonly FieldError[];
};

/** Keys of rows remembered to tell a duplicate: some hundred MiB at most. */
const KEYS_MAX = 2_000_000;

/** When a row says it happened; NaN when it does not. Its own validator says what is wrong with it. */
const ownTime = (said: unknown): number =>
  typeof said === 'number' ? said : typeof said === 'string' ? Date.parse(said) : Number.NaN;

/**
 * The verdict of each row by the validators of the intake itself, without writing anything. A
 * duplicate is one within the run. Errors show what the quarantine desk would: no personal data.
 * `isAsSent`: an old row is weighed as if it had come when it happened, for it is a sample.
 */
export function dryRun(
  context: Omit<RowContext, 'recordName'>,
  isAsSent: boolean,
): (found: Found) => DryVerdict {
  const seen = new Set<string>();
  return ({ position, row }) => {
    const own = isAsSent ? ownTime(row.fields?.at) : Number.NaN;
    const now = own < context.now ? own : context.now;
    const found = weighDecoded(row, { ...context, now, recordName: '' });
    if (Array.isArray(found)) {
      const said = kindSaid(String(row.fields?.kind ?? '').trim()) ?? context.kind;
      return { position, kind: said, verdict: 'quarantined', errors: found };
    }
    const isKnown = seen.has(found.key);
    if (!isKnown && seen.size < KEYS_MAX) seen.add(found.key);
    const verdict = isKnown ? 'duplicate' : 'admitted';
    return { position, kind: found.kind, verdict, errors: [] };
  };
}
