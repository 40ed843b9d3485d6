import { type Refusal, refuse } from '#base/refusal.ts';
import { isoOf } from '#base/time.ts';
import type { Tx } from '#platform/db/index.ts';
import type { FunctionView, Mandate, MandateFunction } from './contract.ts';
import { FUNCTIONS } from './contract.ts';
import { BUILT, coversArea, coversDisease, FUNCTION_WORDS, isExercise } from './model.ts';
import { lastEnded, liveMandates } from './store.ts';

/** To the minute, as people say it: `2026-11-22 10:00`, city time. */
const minuteOf = (at: number): string => isoOf(at).slice(0, 16).replace('T', ' ');

/**
 * The live order under which an exceptional function may run in an area, for a disease, now; or a
 * refusal `no-mandate` that says what is missing and which order ended when. A real order goes
 * before an exercise. Whoever calls asks at each use: nothing is remembered past this transaction
 * (突发公共卫生事件应对法 Arts 37, 49; 个人信息保护法 Art 13(4)).
 */
export async function underMandate(
  tx: Tx,
  fn: MandateFunction,
  where: { readonly areaCode: string; readonly disease?: string | undefined },
  now: number,
): Promise<Mandate | Refusal> {
  if (!BUILT.has(fn)) return notBuilt(fn);
  // Heard by the guard in the tables only where the owner allowed simulated time.
  await tx.row(`select set_config('fenghuo.now', $1, true)`, [new Date(now).toISOString()]);
  const live = await liveMandates(tx, fn, now);
  const fits = live.filter(
    (it) => coversArea(it.areas, where.areaCode) && coversDisease(it.disease, where.disease),
  );
  const best = fits.find((it) => !isExercise(it)) ?? fits[0];
  if (best) return best;
  return noMandate(fn, live, await lastEnded(tx, fn, now));
}

const notBuilt = (fn: MandateFunction): Refusal =>
  refuse('forbidden', 'no-mandate', {
    zh: `“${FUNCTION_WORDS[fn].zh}”尚未建成，任何命令都不能开启。`,
    en: `${FUNCTION_WORDS[fn].en}: not built, so no order can switch it on.`,
  });

function noMandate(
  fn: MandateFunction,
  live: readonly Mandate[],
  ended: Mandate | undefined,
): Refusal {
  const { zh, en } = FUNCTION_WORDS[fn];
  const [other] = live;
  if (other) {
    return refuse('forbidden', 'no-mandate', {
      zh: `“${zh}”的命令 ${other.documentNo} 不含此区域或此病种。`,
      en: `${en}: order ${other.documentNo} does not cover this area or this disease.`,
    });
  }
  if (ended) {
    const at = minuteOf(ended.overAt);
    const [so, thus] = ended.ending === 'revoked' ? ['撤销', 'was revoked'] : ['到期', 'expired'];
    const no = ended.documentNo;
    return refuse('forbidden', 'no-mandate', {
      zh: `“${zh}”已停用：命令 ${no} 已于 ${at} ${so}。如仍需要，请提请新的命令。`,
      en: `${en} is off: order ${no} ${thus} on ${at}. If still needed, propose a new order.`,
    });
  }
  return refuse('forbidden', 'no-mandate', {
    zh: `“${zh}”是例外功能，没有有效的命令不能使用。请先提请命令。`,
    en: `${en} is an exceptional function: it needs a live order. Propose one first.`,
  });
}

/** Every exceptional function: on or off now, under which orders, and why off. */
export async function functionViews(tx: Tx, now: number): Promise<FunctionView[]> {
  const views: FunctionView[] = [];
  for (const fn of FUNCTIONS) {
    const live = BUILT.has(fn) ? await liveMandates(tx, fn, now) : [];
    const off = BUILT.has(fn) ? noMandate(fn, [], await lastEnded(tx, fn, now)) : notBuilt(fn);
    const [first] = live;
    const on = first && {
      zh: `依据 ${first.documentNo}，至 ${minuteOf(first.endsAt)}`,
      en: `Under ${first.documentNo}, until ${minuteOf(first.endsAt)}`,
    };
    views.push({
      fn,
      words: FUNCTION_WORDS[fn],
      isOn: live.length > 0,
      isBuilt: BUILT.has(fn),
      why: on ?? off.text,
      under: live.map((it) => ({
        id: it.id,
        documentNo: it.documentNo,
        areas: it.areas,
        disease: it.disease,
        isExercise: isExercise(it),
        endsAt: it.endsAt,
      })),
    });
  }
  return views;
}
