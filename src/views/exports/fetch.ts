import type { Scope } from '#base/access.ts';
import { CSV_MARK, csvLine } from '#base/csv.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import type { Db } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { scopeFor } from '#registers/access/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import { NO_EXPORT, READ_PERMIT } from './ask.ts';
import { type LineDeps, WRITERS } from './lines.ts';
import { LIMITS } from './contract.ts';
import { markOf, readMark, SUBJECT_WORDS } from './model.ts';
import { askById, type AskRow, countFetch, lockAsk } from './store.ts';

const NOT_APPROVED = refuse('forbidden', 'export-not-approved', {
  zh: '该导出尚未批准，或已被拒绝。',
  en: 'This export is not approved, or was declined.',
});
const EXPIRED = refuse('forbidden', 'export-expired', {
  zh: '该导出已过期或已达下载次数上限，请重新申请。',
  en: 'This export has expired or was fetched as often as allowed; ask again.',
});

const MOVED = refuse('forbidden', 'export-elsewhere', {
  zh: '您的辖区已与申请时不同，请重新申请。',
  en: 'Your area is another one than when you asked; ask again.',
});

/** What both areas hold: the narrower, when one lies in the other. */
const shared = (now: string, asked: string): string | undefined =>
  now.startsWith(asked) ? now : asked.startsWith(now) ? asked : undefined;

export const isSpent = (row: AskRow, now: number): boolean =>
  row.downloads >= LIMITS.downloadsMax || (row.expiresAt !== null && row.expiresAt <= now);

/** The mark of an export: its number and four bytes only this house can make. */
export const markFor = (vault: Vault, id: number): string =>
  markOf(id, vault.blindIndex('export mark', String(id)));

/** The export a leaked mark comes from; refused when this house never made it. */
export async function exportOfMark(db: Db, vault: Vault, text: string): Promise<AskRow | Refusal> {
  const mark = readMark(text);
  if (!mark || markFor(vault, mark.id) !== text.trim().toUpperCase()) return NO_EXPORT;
  return (await db.read((tx) => askById(tx, mark.id))) ?? NO_EXPORT;
}

/**
 * Counts one fetch and answers the file, line by line. It is read anew in the asker's scope of this
 * moment, never wider than when it was asked for; each page leaves an entry that names its persons.
 * No more rows leave than were approved.
 */
export async function fetchExport(
  db: Db,
  deps: LineDeps,
  asker: { scope: Scope; id: number },
  now: number,
): Promise<{ row: AskRow; lines: AsyncGenerator<string> } | Refusal> {
  const { actor } = asker.scope;
  const row = await db.tx(async (tx): Promise<AskRow | Refusal> => {
    const found = await lockAsk(tx, asker.id);
    if (!found || found.askedBy !== actor.id) return NO_EXPORT;
    if (found.state !== 'approved') return NOT_APPROVED;
    if (isSpent(found, now)) return EXPIRED;
    await countFetch(tx, found.id);
    return found;
  });
  if (isRefusal(row)) return row;
  const scope = scopeFor(actor, READ_PERMIT[row.subject], `export:${row.id} ${row.purpose}`);
  if (isRefusal(scope)) return scope;
  const areaPrefix = shared(scope.areaPrefix, row.areaPrefix);
  if (areaPrefix === undefined) return MOVED;
  const narrow = { ...scope, areaPrefix };
  return { row, lines: write(db, deps, { scope: narrow, row, now }) };
}

type Writing = { readonly scope: Scope; readonly row: AskRow; readonly now: number };

async function* write(
  db: Db,
  deps: LineDeps,
  { scope, row, now }: Writing,
): AsyncGenerator<string> {
  const writer = WRITERS[row.subject];
  const mark = markFor(deps.vault, row.id);
  yield CSV_MARK +
    csvLine([`${mark} · ${SUBJECT_WORDS[row.subject].zh}`, ...headOf(scope, row, now)]);
  yield csvLine([...writer.head.map((it) => `${it.zh} ${it.en}`), '水印 mark']);
  let after: string | undefined;
  for (let rows = 0; rows < row.rows; ) {
    const asked = { filter: row.filter, after, now };
    const page = await db.tx(async (tx) => {
      const found = await writer.page(tx, scope, deps, asked);
      const lines = found.lines.slice(0, row.rows - rows);
      await writeEntry(tx, {
        at: now,
        actor: scope.actor,
        action: 'export.fetch',
        subject: `export:${row.id}`,
        purpose: scope.purpose,
        areaCode: scope.actor.areaCode,
        persons: found.persons,
      });
      return { ...found, lines };
    });
    for (const line of page.lines) yield csvLine([...line, mark]);
    rows += page.lines.length;
    if (page.next === null) return;
    after = page.next;
  }
}

/** Who took it, when, for what: the first line of the file says it to whoever opens it. */
const headOf = (scope: Scope, row: AskRow, now: number): string[] => [
  `${scope.actor.name} (${scope.actor.login})`,
  new Date(now).toISOString(),
  row.purpose,
  '仅供疫情防控使用，不得外传（个人信息保护法 第十条、第二十五条）',
];
