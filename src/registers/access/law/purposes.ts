import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Refusal, refuse } from '#base/refusal.ts';
import type { Words } from '#base/words.ts';

const FILE = join(import.meta.dirname, '../../../../data/codes/purposes.json');

/** A purpose people's data may be opened for, in force from a day until another. */
export type Purpose = {
  readonly code: string;
  readonly words: Words;
  /** ISO days of Beijing; `until` is the first day it no longer holds. */
  readonly from: string;
  readonly until?: string;
};
type Refused = { readonly code: string; readonly words: Words; readonly marks: readonly string[] };
type Book = { readonly purposes: readonly Purpose[]; readonly refused: readonly Refused[] };

const BOOK = JSON.parse(readFileSync(FILE, 'utf8')) as Book;

const dayAt = (day: string): number => Date.parse(`${day}T00:00:00+08:00`);

/** The purposes in force at `now` (epoch ms), in the order of the list. */
export const purposesAt = (now: number): Purpose[] =>
  BOOK.purposes.filter(
    (it) => dayAt(it.from) <= now && (it.until === undefined || now < dayAt(it.until)),
  );

/**
 * What a stated purpose says: the code of the list and the detail behind it (`supervision: 抽查`), or
 * free text with the code ''. `exercise` alone is a code without detail.
 */
export function purposeIn(text: string): { readonly code: string; readonly detail: string } {
  const said = text.trim();
  const [head = '', ...rest] = said.split(/[:：]/);
  const known = BOOK.purposes.find(
    (it) => it.code === head || it.words.zh === head || it.words.en === head,
  );
  return known ? { code: known.code, detail: rest.join(':').trim() } : { code: '', detail: said };
}

/**
 * The refusal of a purpose that is none of this house's: police, petitions, credit. In June 2022
 * Zhengzhou gave 1,317 bank depositors red codes; 传染病防治法 (2025) Art 16 and 个人信息保护法
 * Art 6 bind the data to infectious-disease control. Marks are words of the list in data/codes.
 */
export function purposeRefused(text: string): Refusal | undefined {
  const said = text.normalize('NFKC').toLowerCase();
  const found = BOOK.refused.find((it) => it.marks.some((mark) => holds(said, mark)));
  if (!found) return undefined;
  return refuse('forbidden', 'purpose-refused', {
    zh: `「${found.words.zh}」不是疫情防控用途，本系统不为其提供个人信息；此次请求已拒绝。`,
    en: `This house gives no personal data for ${found.words.en}: it serves disease control only.`,
  });
}

/** Latin marks are whole words (`credit` is not in `accredited`); Chinese ones stand anywhere. */
const holds = (said: string, mark: string): boolean =>
  /^[a-z]/.test(mark) ? new RegExp(`\\b${mark}s?\\b`).test(said) : said.includes(mark);

/** The refusal of a purpose of the list that was withdrawn by `now`: it opens nothing any more. */
export function purposeLapsed(text: string, now: number): Refusal | undefined {
  const { code } = purposeIn(text);
  const until = BOOK.purposes.find((it) => it.code === code)?.until;
  if (until === undefined || now < dayAt(until)) return undefined;
  return refuse('forbidden', 'purpose-lapsed', {
    zh: '该用途已停用，请选择现行用途。',
    en: 'This purpose is no longer in force; choose one of the list.',
  });
}
