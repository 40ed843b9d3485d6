import { type FieldError, isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import type { DecodedRow, Source } from '../model.ts';
import { headingsRead, mapRow } from './apply.ts';
import { type GuessedColumn, guessMapping } from './guess.ts';
import { MAPPING_LIMITS, type Mapping } from './model.ts';
import { readSample, sampleRow } from './sample.ts';

/** Every error of a decoded row, as the worker will find them; records gives it at the wiring. */
export type CheckDecoded = (row: DecodedRow, source: Source, now: number) => readonly FieldError[];

export type Preview = {
  readonly format: string;
  readonly charset: string;
  readonly headings: string[];
  readonly guess: { readonly mapping: Mapping; readonly columns: GuessedColumn[] };
  readonly rows: {
    readonly at: string;
    readonly said: string[];
    readonly fields: Record<string, string>;
    readonly errors: FieldError[];
  }[];
  readonly sound: number;
  readonly isCut: boolean;
};

const NOTHING = refuse('invalid', 'nothing-guessed', {
  zh: '没有认出任何列；请手工指定映射。',
  en: 'No column was recognised; say yourself which is which.',
});
const TOO_LARGE = refuse('too-large', 'sample-too-large', {
  zh: `样本最大 ${MAPPING_LIMITS.sampleBytesMax / 2 ** 20} MiB；请截取前几百行。`,
  en: `A sample is at most ${MAPPING_LIMITS.sampleBytesMax / 2 ** 20} MiB; some hundred rows will do.`,
});

/**
 * What a sample becomes under a mapping, or under the guess when none is given: rows with all their
 * errors. Nothing is kept (个人信息保护法 Art 6).
 */
export async function previewMapping(
  source: Source,
  file: Buffer,
  asked: Mapping | undefined,
  check: CheckDecoded,
  now: number,
): Promise<Preview | Refusal> {
  if (file.length > MAPPING_LIMITS.sampleBytesMax) return TOO_LARGE;
  const read = asked && headingsRead(asked);
  const knows = read && ((heading: string): boolean => read.has(heading));
  const sample = await readSample(file, knows, asked?.sheet ?? undefined);
  if (isRefusal(sample)) return sample;
  const cells = sample.rows.slice(0, MAPPING_LIMITS.guessRowsMax).map((it) => it.cells);
  const guess = guessMapping(sample.headings, cells);
  const mapping = asked ?? guess.mapping;
  if (mapping.rules.length === 0) return NOTHING;
  const rows = sample.rows.map((it) => {
    const row = mapRow(mapping, sampleRow(sample, it.cells));
    const fields = Object.entries(row.fields ?? {}).map(([name, value]) => [name, String(value)]);
    const errors = [...check(row, source, now)];
    return { at: it.at, said: [...it.cells], fields: Object.fromEntries(fields), errors };
  });
  const { format, charset, headings, isCut } = sample;
  const sound = rows.filter((it) => it.errors.length === 0).length;
  return { format, charset, headings: [...headings], guess, rows, sound, isCut };
}
