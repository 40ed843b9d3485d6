import { DAY } from '#base/time.ts';
import type { listAlerts } from '#watch/alerts/contract.ts';
import type { z } from 'zod';
import { chanceAt } from '../../../tools/city/chance.ts';
import { clock } from '../open.ts';
import { progressBar } from '../start/progress.ts';

/** What a simulated officer signs in with: made at the first start, kept with the sample's keys. */
export type Staff = { readonly login: string; readonly password: string };

type Page = z.output<typeof listAlerts.answer>;
type Row = Page['rows'][number];

/** Alerts whose last record is older than this were worked off before the reader came. */
const WORKED_OFF_AFTER = DAY;
const NOTE = '示例城市：历史预警由模拟人员办结 · sample city: closed by simulated staff';
/** Laboratory results, report cards and sewage seldom err; behaviour often has a harmless reason. */
const REAL_SHARE = { strong: 0.85, weak: 0.2 };
const STRONG = /^(lab|case|wastewater|school|covid19)-/;

/**
 * Closes what history raised, through the API like any officer, so that the queue begins with the
 * last day and rules have outcomes to be judged by. Outcomes are drawn from the seed.
 */
export async function workOffHistory(
  base: string,
  staff: Staff,
  seed: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const call = await signIn(base, staff);
  const bar = progressBar('alerts of the past, worked off');
  const old: Row[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page: Page = await call(
      'GET',
      `/api/alerts?status=live&limit=200${after && `&after=${after}`}`,
    );
    old.push(...page.rows.filter((it) => it.lastSignalAt < clock() - WORKED_OFF_AFTER));
    after = page.next;
  }
  let closed = 0;
  for (const { id, ruleId } of old) {
    if (signal?.aborted) return closed;
    await call('POST', `/api/alerts/${id}/close`, {
      outcome: outcomeOf(ruleId, id, seed),
      note: NOTE,
    });
    bar.to(++closed, old.length);
  }
  bar.end(`${closed}`);
  return closed;
}

function outcomeOf(ruleId: string, id: number, seed: number): string {
  const chance = chanceAt(seed, 401, id, 0);
  const share = STRONG.test(ruleId) ? REAL_SHARE.strong : REAL_SHARE.weak;
  if (chance.next() < share) return chance.next() < 0.7 ? 'confirmed' : 'suspected';
  return chance.next() < 0.8 ? 'excluded' : 'false_alarm';
}

async function signIn(base: string, staff: Staff) {
  const reply = await fetch(`${base}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(staff),
  });
  if (!reply.ok) throw new Error(`the sample's staff cannot sign in: ${reply.status}`);
  const cookie = (reply.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  return async <T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(base + path, {
      method,
      headers: { cookie, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path} is answered ${answer.status}`);
    return (await answer.json()) as T;
  };
}
