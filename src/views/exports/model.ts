import type { Words } from '#base/words.ts';
import type { Filter, Subject } from './contract.ts';

/** An export moves by this table alone. `expired` is a matter of time, not of a verb. */
export const NEXT = {
  asked: ['approved', 'declined', 'withdrawn'],
  approved: [],
  declined: [],
  withdrawn: [],
} as const;
export type State = keyof typeof NEXT;
export const mayMove = (from: State, to: State): boolean =>
  (NEXT[from] as readonly State[]).includes(to);

export const SUBJECT_WORDS: Record<Subject, Words> = {
  people: { zh: '人员名单', en: 'People' },
  alerts: { zh: '预警', en: 'Alerts' },
  tasks: { zh: '任务', en: 'Tasks' },
};

export type Ask = {
  readonly id: number;
  readonly subject: Subject;
  readonly filter: Filter;
  readonly purpose: string;
  readonly areaPrefix: string;
  readonly state: State;
  readonly rows: number;
  readonly askedBy: number;
  readonly askedName: string;
  readonly askedAt: number;
  readonly decidedBy: number | null;
  readonly decidedName: string | null;
  readonly decidedAt: number | null;
  readonly decidedNote: string | null;
  readonly expiresAt: number | null;
  readonly downloads: number;
};

/** The mark in the last cell of every row: which export it came from, hard to make up. */
export const markOf = (id: number, seal: Buffer): string =>
  `E${id}-${seal.toString('hex', 0, 4).toUpperCase()}`;

/** The export a mark names; undefined for a text that is no mark. */
export function readMark(text: string): { id: number; seal: string } | undefined {
  const m = /^E(\d{1,15})-([0-9A-F]{8})$/.exec(text.trim().toUpperCase());
  return m?.[1] && m[2] ? { id: Number(m[1]), seal: m[2] } : undefined;
}
