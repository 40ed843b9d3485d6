/** Records one group keeps at most, the newest by event time. */
export const GROUP_MAX = 4_096;
/** Distinct persons whose records are kept as evidence of one hit. */
export const GROUP_EVIDENCE_MAX = 50;

/**
 * Matching records of one place or area, oldest first. `who` is the person, or -record where
 * nobody is named.
 */
export type Group = { at: number[]; who: number[]; id: number[]; hit: boolean[] };

/** R4: groups by place id or by the number of an area code. */
export type Windows = { readonly groups: Map<number, Group> };

export const newWindows = (): Windows => ({ groups: new Map() });
export const newGroup = (): Group => ({ at: [], who: [], id: [], hit: [] });

/** Adds a record in order of (time, id); answers where it stands, or -1 as `insertTime` does. */
export function insertRecord(group: Group, at: number, who: number, id: number): number {
  let i = group.at.length;
  while (i > 0 && (group.at[i - 1]! > at || (group.at[i - 1] === at && group.id[i - 1]! > id))) i--;
  if (i > 0 && group.id[i - 1] === id) return -1;
  if (group.at.length >= GROUP_MAX) {
    if (i === 0) return -1;
    drop(group, 1);
    i--;
  }
  if (i === group.at.length) {
    group.at.push(at);
    group.who.push(who);
    group.id.push(id);
    group.hit.push(false);
    return i;
  }
  group.at.splice(i, 0, at);
  group.who.splice(i, 0, who);
  group.id.splice(i, 0, id);
  group.hit.splice(i, 0, false);
  return i;
}

function drop(group: Group, n: number): void {
  group.at.splice(0, n);
  group.who.splice(0, n);
  group.id.splice(0, n);
  group.hit.splice(0, n);
}

const seen = new Set<number>();

/**
 * Distinct persons in the window that ends at record `j` (records of the same instant included),
 * counted up to GROUP_EVIDENCE_MAX. Their newest records go to `evidence`, the hit's own first.
 */
export function countDistinct(
  group: Group,
  j: number,
  windowMs: number,
  evidence: number[],
): number {
  const at = group.at[j]!;
  evidence.length = 0;
  seen.clear();
  seen.add(group.who[j]!);
  evidence.push(group.id[j]!);
  let top = j;
  while (top + 1 < group.at.length && group.at[top + 1] === at) top++;
  for (let i = top; i >= 0 && seen.size < GROUP_EVIDENCE_MAX; i--) {
    if (at - group.at[i]! > windowMs) break;
    if (seen.has(group.who[i]!)) continue;
    seen.add(group.who[i]!);
    evidence.push(group.id[i]!);
  }
  return seen.size;
}

export function pruneWindows(windows: Windows, horizon: number): void {
  for (const [key, group] of windows.groups) {
    let n = 0;
    while (n < group.at.length && group.at[n]! < horizon) n++;
    if (n === group.at.length) windows.groups.delete(key);
    else if (n > 0) drop(group, n);
  }
}
