import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { isoOf } from '../../src/base/time.ts';
import type { Person } from '../../tools/city/people/person.ts';
import type { Stage } from './stage.ts';
import { push } from '../builders/house.ts';

/** Who a row is about, as every source writes it. */
export const whoOf = ({ idType, idNo, name, phone }: Person) => ({ idType, idNo, name, phone });

/** A GB18030 file with Chinese headings, as the pharmacies send it. */
export const saleCsv = (rows: readonly Record<string, string | number>[]): Buffer => {
  const heads: [string, string][] = [
    ['流水号', 'id'],
    ['购药时间', 'at'],
    ['证件类型', 'idType'],
    ['证件号码', 'idNo'],
    ['姓名', 'name'],
    ['手机号', 'phone'],
    ['药店编码', 'placeCode'],
    ['药品类别', 'drugClass'],
    ['数量', 'quantity'],
    ['体温', 'temperature'],
  ];
  const lines = rows.map((row) => heads.map(([, field]) => row[field] ?? '').join(','));
  const text = [heads.map(([head]) => head).join(','), ...lines].join('\r\n');
  return iconv.encode(`${text}\r\n`, 'gb18030');
};
export const CSV_GB = 'text/csv; charset=gb18030';

export type Receipt = { batch: string; received: number; status: string; replay: boolean };

/** Pushes a file and answers the receipt; fails with the answer when it was refused. */
export async function send(
  { house }: Stage,
  source: string,
  body: Buffer | string,
  type: string,
  key = '',
): Promise<Receipt> {
  const reply = await push(house, source, body, type, key ? { 'idempotency-key': key } : {});
  if (!reply.ok) throw new Error(`${source}: ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as Receipt;
}

export const ndjson = (rows: readonly object[]): string =>
  `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;

/** The number under which the house knows a person. */
export async function personIdOf(stage: Stage, { idType, idNo }: Person): Promise<number> {
  const epi = await stage.api('epidemiologist');
  const { body } = await epi.post('/api/people/search', { idType, idNo });
  const id = (body['rows'] as { id: number }[] | undefined)?.[0]?.id;
  if (!id) throw new Error(`nobody was found: ${JSON.stringify(body)}`);
  return id;
}

export type AlertBrief = {
  id: number;
  level: number;
  status: string;
  ruleId: string;
  signalCount: number;
  subjectWords: { zh: string };
  personId: number | null;
  placeId: number | null;
  outcome: string | null;
};

/** Alerts of a rule, live and closed, newest page. */
export async function alertsOf(stage: Stage, query: string): Promise<AlertBrief[]> {
  const epi = await stage.api('epidemiologist');
  const all: AlertBrief[] = [];
  for (const status of ['live', 'closed']) {
    const { body } = await epi.get(`/api/alerts?limit=100&status=${status}&${query}`);
    all.push(...((body['rows'] as AlertBrief[] | undefined) ?? []));
  }
  return all;
}

export const at = (ms: number): string => isoOf(ms);

const RULES = join(import.meta.dirname, '../../data/rules');

/** The title of a shipped rule, as the queue shows it. */
export function titleOf(ruleId: string): string {
  for (const file of readdirSync(RULES).filter((it) => it.endsWith('.json'))) {
    const rules = JSON.parse(readFileSync(join(RULES, file), 'utf8')) as {
      id: string;
      title: { zh: string };
    }[];
    const found = rules.find((it) => it.id === ruleId);
    if (found) return found.title.zh;
  }
  throw new Error(`no rule ${ruleId} is shipped`);
}
