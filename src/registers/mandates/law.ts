import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { z } from 'zod';
import { dayOf } from '#base/time.ts';
import type { article, MandateFunction, retentionClass } from './contract.ts';

const DATA = join(import.meta.dirname, '../../../data/mandates');

type Article = z.infer<typeof article>;
type RetentionClass = z.infer<typeof retentionClass>;
type Dated = { readonly article: Article; readonly from: string; readonly until: string };

let articles: readonly Dated[] | undefined;

/** The articles in force on the day of `now`, of data/mandates/legal-basis.csv. */
export function articlesAt(now: number): Article[] {
  articles ??= readArticles();
  const day = dayOf(now);
  const inForce = articles.filter((it) => it.from <= day && (it.until === '' || day < it.until));
  return inForce.map((it) => it.article);
}

function readArticles(): Dated[] {
  const text = readFileSync(join(DATA, 'legal-basis.csv'), 'utf8');
  const rows = parse(text, { columns: true, bom: true }) as Record<string, string>[];
  return rows.map((row) => {
    const of = (name: string): string => row[name] ?? '';
    const article = {
      id: of('id'),
      law: { zh: of('law_zh'), en: of('law_en') },
      article: of('article'),
      functions: of('functions').split(' ') as MandateFunction[],
      gist: { zh: of('gist_zh'), en: of('gist_en') },
    };
    return { article, from: of('from'), until: of('until') };
  });
}

let classes: readonly RetentionClass[] | undefined;

/** How long what an order brought in is kept after its end, by class of data. */
export function retentionClasses(): readonly RetentionClass[] {
  classes ??= JSON.parse(readFileSync(join(DATA, 'retention.json'), 'utf8')) as RetentionClass[];
  return classes;
}
