import type { Actor, Scope } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { DAY } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import { mayDo, separate } from '#registers/access/index.ts';
import { WRITERS } from './lines.ts';
import { type Filter, LIMITS, type Subject } from './contract.ts';
import { mayMove, SUBJECT_WORDS } from './model.ts';
import {
  type AskRow,
  countOpen,
  decide,
  freeRowsSince,
  insertAsk,
  lockAsk,
  lockAsker,
} from './store.ts';

/** Who may not see a list on the screen gets none as a file either. */
export const READ_PERMIT = {
  people: 'person.read',
  alerts: 'alert.read',
  tasks: 'task.read',
} as const;

export const NO_EXPORT = refuse('missing', 'no-such-export', {
  zh: '没有这份导出。',
  en: 'There is no such export.',
});
const NO_SUCH_FILTER = refuse('invalid', 'no-such-filter', {
  zh: '该列表不支持这种筛选，请在列表页重新筛选后导出。',
  en: 'This list cannot be narrowed so; filter it on its page and export again.',
});
const NOTHING = refuse('invalid', 'nothing-to-export', {
  zh: '筛选结果为空，没有可导出的内容。',
  en: 'The filter finds nothing; there is nothing to export.',
});
const OWN = refuse('forbidden', 'own-export', {
  zh: '不能审批自己的申请，须由其他单位的人员审批。',
  en: 'Nobody decides on what they asked for; somebody of another agency does.',
});
const DECIDED = refuse('conflict', 'export-decided', {
  zh: '该申请已有结论，请刷新。',
  en: 'This request is already decided; reload.',
});
const TOO_MANY_OPEN = refuse('busy', 'too-many-exports', {
  zh: `您已有 ${LIMITS.openMax} 份申请待批，请等待结论或先撤回。`,
  en: `${LIMITS.openMax} of your requests wait for a decision; wait, or withdraw one.`,
});

/**
 * Asks for an export of what the asker may see. Few rows are approved by rule, as long as they
 * stay few over a day; more wait for another person. Refuses an empty one, one over the maximum and
 * the eleventh that waits.
 */
export async function ask(
  tx: Tx,
  scope: Scope,
  input: { subject: Subject; filter: Filter; purpose: string },
  now: number,
): Promise<AskRow | Refusal> {
  const { actor, areaPrefix } = scope;
  const permit = READ_PERMIT[input.subject];
  if (!mayDo(actor, permit)) {
    const what = SUBJECT_WORDS[input.subject];
    return refuse('forbidden', 'no-permit', {
      zh: `您的角色不能查看「${what.zh}」，因此也不能导出。`,
      en: `Your roles may not read ${what.en.toLowerCase()}, so they cannot export them.`,
    });
  }
  if (!WRITERS[input.subject].accepts(input.filter)) return NO_SUCH_FILTER;
  const asked = { filter: input.filter, after: undefined, now };
  const rows = await WRITERS[input.subject].count(tx, scope, asked);
  if (rows === 0) return NOTHING;
  if (rows > LIMITS.rowsMax) {
    return refuse('too-large', 'export-too-large', {
      zh: `共 ${rows} 行，超过上限 ${LIMITS.rowsMax} 行，请缩小范围。`,
      en: `${rows} rows are more than the ${LIMITS.rowsMax} of one export; narrow the filter.`,
    });
  }
  await lockAsker(tx, actor.id);
  if ((await countOpen(tx, actor.id)) >= LIMITS.openMax) return TOO_MANY_OPEN;
  // A long list in slices is a long list.
  const today = rows + (await freeRowsSince(tx, actor.id, now - DAY));
  const isFree = rows <= LIMITS.freeRowsMax && today <= LIMITS.freeDayRowsMax;
  const expiresAt = isFree ? now + LIMITS.lifeMs : null;
  return insertAsk(tx, { ...input, areaPrefix, rows, askedBy: actor.id, expiresAt }, now);
}

/** Lets an export go or not; never the asker, never somebody of the asker's agency or of none. */
export async function decideExport(
  tx: Tx,
  actor: Actor,
  input: { id: number; approve: boolean; note: string; askerUnit: (id: number) => Promise<string> },
  now: number,
): Promise<AskRow | Refusal> {
  const row = await lockAsk(tx, input.id);
  if (!row) return NO_EXPORT;
  const author = { id: row.askedBy, unit: await input.askerUnit(row.askedBy) };
  if (separate({ author, approver: actor }, { units: true })) return OWN;
  const state = input.approve ? 'approved' : 'declined';
  if (!mayMove(row.state, state)) return DECIDED;
  const expiresAt = input.approve ? now + LIMITS.lifeMs : null;
  return decide(tx, row.id, { state, by: actor.id, note: input.note, at: now, expiresAt });
}

/** Takes back a request that nobody has decided. */
export async function withdraw(
  tx: Tx,
  actor: Actor,
  input: { id: number },
  now: number,
): Promise<AskRow | Refusal> {
  const row = await lockAsk(tx, input.id);
  if (!row || row.askedBy !== actor.id) return NO_EXPORT;
  if (!mayMove(row.state, 'withdrawn')) return DECIDED;
  const by = { state: 'withdrawn' as const, by: actor.id, note: null, at: now, expiresAt: null };
  return decide(tx, row.id, by);
}
