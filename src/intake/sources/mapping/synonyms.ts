import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COLUMN_BY_NAME } from '#base/columns.ts';
import { TARGETS, type TargetField } from './model.ts';

const FILE = join(import.meta.dirname, '../../../../data/mappings/headers.csv');

/** A heading as it is compared: without case, blanks, marks of duty, and what stands in brackets. */
export const bare = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[（(【[][^）)】\]]*[）)】\]]/g, '')
    .replaceAll(/[\s\u3000_*＊:：.\-/#]/g, '');

const isTarget = (text: string): text is TargetField => TARGETS.some((it) => it === text);

/** The dated list of what feeds call our fields: the newest line of a heading counts. */
function readSynonyms(): Map<string, TargetField> {
  const lines = readFileSync(FILE, 'utf8').trim().split('\n').slice(1).sort();
  const found = new Map<string, TargetField>();
  for (const line of lines) {
    const [, field = '', , heading = ''] = line.split(',');
    if (!isTarget(field))
      throw new Error(`data/mappings/headers.csv: ${field} is no field of ours`);
    found.set(bare(heading), field);
  }
  return found;
}

export const SYNONYMS: ReadonlyMap<string, TargetField> = readSynonyms();

/** Our own names and words. */
export const NAMES: ReadonlyMap<string, TargetField> = new Map(
  TARGETS.flatMap((it): [string, TargetField][] => {
    const words = COLUMN_BY_NAME[it]?.words;
    return [[bare(it), it], ...(words ? ([[bare(words.zh), it]] as [string, TargetField][]) : [])];
  }),
);
