import { type Actor, HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { DAY } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import type { MandateKeys } from '#platform/secrets/index.ts';
import { decideMandate, proposeMandate } from '#registers/mandates/index.ts';

const DAYS = 90;

/** Two simulated hands of two units: nobody approves their own, in the sample too. */
const PROPOSER: Actor = { ...HOUSE, id: -11, login: 'sample-cdc', name: '示例疾控', unit: 'cdc' };
const APPROVER: Actor = { ...HOUSE, id: -12, login: 'sample-hq', name: '示例指挥部', unit: 'hq' };

/**
 * The order under which the sample's lists stand: as everywhere, hundreds of people are listed
 * under one only, and leave the lists when it ends after 90 days. A second call changes nothing.
 */
export async function orderLists(
  tx: Tx,
  keys: MandateKeys,
  city: string,
  now: number,
): Promise<void> {
  const wanted = {
    functions: ['bulk_lists' as const],
    authority: '江州市疫情防控指挥部（示例）',
    documentNo: '江防指〔示例〕1号',
    articles: ['ids2025-13', 'ids2025-16', 'phe2025-8', 'pipl-13-4', 'pipl-19'],
    areas: [city],
    disease: null,
    population: '示例城市的境外未归、居家隔离、密接、次密接、口岸冷链与出院人员',
    startsAt: now,
    endsAt: now + DAYS * DAY,
    reviewAt: now + 30 * DAY,
    reason: '示例城市的名单',
    retention: {},
  };
  const made = await proposeMandate(tx, PROPOSER, wanted, now);
  if (isRefusal(made)) {
    if (made.code === 'document-taken') return;
    throw new Error(`the sample's order is refused: ${made.text.en}`);
  }
  const approval = { id: made.id, approve: true, note: '示例' };
  const live = await decideMandate(tx, keys, APPROVER, approval, now);
  if (isRefusal(live)) throw new Error(`the sample's order is not approved: ${live.text.en}`);
}
