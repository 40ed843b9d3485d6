import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { COLUMN_BY_NAME } from '#base/columns.ts';
import type { Words } from '#base/words.ts';

const words = z.object({ zh: z.string(), en: z.string() });
const valuesFile = z.record(z.string(), z.record(z.string(), words));
const diseasesFile = z.object({ diseases: z.array(z.object({ code: z.string(), words })) });
const namedFile = z.array(z.object({ id: z.string(), words }));
const codedFile = z.array(z.object({ codes: z.array(z.object({ code: z.string(), words })) }));

const read = <T>(file: string, schema: z.ZodType<T>): T =>
  schema.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, '../../../../data', file), 'utf8')),
  );

const VALUES = read('codes/values.json', valuesFile);
/** Older names first, so that the list in force has the last word. */
const DISEASES = new Map(
  ['diseases/list-2020-2022.json', 'diseases/law-2025.json'].flatMap((file) =>
    read(file, diseasesFile).diseases.map((disease): [string, Words] => [
      disease.code,
      disease.words,
    ]),
  ),
);
const FLAG: Record<string, Words> = {
  true: { zh: '有', en: 'yes' },
  false: { zh: '无', en: 'no' },
};
/** Cities and countries that a shipped code set names. */
const ORIGINS = new Map(
  read('codes/code-sets.json', codedFile).flatMap((set) =>
    set.codes.map((code): [string, Words] => [code.code, code.words]),
  ),
);

/** Names of the shipped watch-lists and code sets by id; a city's own go before them. */
export const SHIPPED_NAMES: ReadonlyMap<string, Words> = new Map(
  ['codes/lists.json', 'codes/code-sets.json'].flatMap((file) =>
    read(file, namedFile).map((named): [string, Words] => [named.id, named.words]),
  ),
);

/** What a coded value means (`department`, `gastro` → 肠道门诊); undefined when it speaks for itself. */
export function valueWords(column: string, value: string): Words | undefined {
  if (COLUMN_BY_NAME[column]?.type === 'flag') return FLAG[value];
  if (column === 'disease') return DISEASES.get(value) ?? VALUES['disease']?.[value];
  if (column === 'fromCity' || column === 'toCity') return ORIGINS.get(value);
  return VALUES[column]?.[value];
}
