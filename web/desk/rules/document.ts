import type { RuleDoc } from '#base/rules.ts';
import type { z } from 'zod';
import type { ruleDoc } from '#watch/rules/contract.ts';

export type Doc = z.output<typeof ruleDoc>;

/** The CEL predicates of a rule by the side they stand on. */
export function predicatesOf(doc: Doc | RuleDoc): { name: string; text: string }[] {
  const { match } = doc;
  if (match.type === 'R3') {
    return [
      { name: 'first', text: match.first.when ?? 'true' },
      { name: 'then', text: match.then.when ?? 'true' },
    ];
  }
  return [{ name: 'when', text: match.when ?? 'true' }];
}

/** What a new rule begins with: valid as it stands, to be changed. */
export const BLANK: Doc = {
  id: 'new-rule',
  title: { zh: '新规则', en: 'New rule' },
  basis: { zh: '请写明依据', en: 'State the basis' },
  level: 4,
  match: { type: 'R1', on: ['clinic_visit'], when: 'temperature >= 38.0' },
  groupBy: 'person',
  groupHours: 72,
  suppressHours: 24,
  task: 'phone_check',
};

/**
 * Where a field of the document stands in its text: from its name to the end of its line, or, in a
 * predicate, from the character the check named. The whole text's start when it is not there.
 */
export function placeOf(
  text: string,
  path: string,
  at: number | null,
): { from: number; until: number } {
  let from = 0;
  for (const part of path.split('.').filter((one) => !/^\d+$/.test(one))) {
    const found = text.indexOf(`"${part}"`, from);
    if (found < 0) break;
    from = found;
  }
  const end = text.indexOf('\n', from);
  const until = end < 0 ? text.length : end;
  const value = at === null ? -1 : text.indexOf(': "', from);
  if (value < 0 || value > until) return { from, until };
  return { from: Math.min(value + 3 + (at ?? 0), until), until };
}

export type DiffLine = { kind: 'same' | 'gone' | 'new'; text: string };

/** Line diff by longest common subsequence; documents are a few dozen lines. */
export function diffOf(before: readonly string[], after: readonly string[]): DiffLine[] {
  const rows = before.length + 1;
  const columns = after.length + 1;
  const length = new Uint16Array(rows * columns);
  const at = (i: number, j: number): number => length[i * columns + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const isSame = before[i] === after[j];
      length[i * columns + j] = isSame
        ? at(i + 1, j + 1) + 1
        : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ kind: 'same', text: before[i] ?? '' });
      i++;
      j++;
    } else if (j >= after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'gone', text: before[i++] ?? '' });
    } else lines.push({ kind: 'new', text: after[j++] ?? '' });
  }
  return lines;
}
