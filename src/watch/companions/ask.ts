import type { Scope } from '#base/access.ts';
import { prefixOf } from '#base/areas.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import { DAY, MINUTE } from '#base/time.ts';
import { companionsOf } from '#intake/records/index.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Lake } from '#platform/lake/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { purposeRefused } from '#registers/access/index.ts';
import { isExercise, type Mandate, mandatesById, underMandate } from '#registers/mandates/index.ts';
import { noteLooks } from '#registers/misuse/index.ts';
import { idsOfFile, personBrief, syntheticAmong } from '#registers/people/index.ts';
import type { PlaceDirectory } from '#registers/places/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import { COMPANION_LIMITS, type InquiryView } from './contract.ts';
import {
  type Inquiry,
  inquiriesOf,
  inquiryById,
  type Keys,
  ordersOf,
  saveInquiry,
} from './store.ts';

/** Records are kept no longer: nobody asks about years ago. */
const KEPT = 400 * DAY;

export type CompanionsDeps = {
  readonly lake: Lake;
  readonly vault: Vault;
  readonly keys: Keys;
  readonly places: Pick<PlaceDirectory, 'byId'>;
};

const NO_PERSON = refuse('missing', 'no-such-person', {
  zh: '没有此人，或其不在您的辖区。',
  en: 'There is no such person in your area.',
});
const NO_INQUIRY = refuse('missing', 'no-such-inquiry', {
  zh: '没有这次查询，或其命令已经终止、结果已销毁。',
  en: 'There is no such question, or its order ended and the answer is destroyed.',
});
const SPAN = refuse('invalid', 'span', {
  zh: `起止时间有误：止晚于起，最长 ${COMPANION_LIMITS.daysMax} 天。`,
  en: `The span is wrong: it ends after it begins and has at most ${COMPANION_LIMITS.daysMax} days.`,
});
const SYNTHETIC_ONLY = refuse('forbidden', 'synthetic-only', {
  zh: '演练命令只能查询虚拟人员。',
  en: 'Under an exercise only synthetic people are asked about.',
});

export type Ask = {
  readonly id: number;
  readonly from: number;
  readonly until: number;
  readonly minutes: number;
  readonly purpose: string;
  readonly disease?: string | undefined;
};

/**
 * Asks who appeared at the same places as a person, under a live order that reaches where the
 * person lives. The answer is sealed with the order's key; reader and persons stand in the trace
 * (个人信息保护法 Arts 28, 45). Refuses purpose-refused,
 * no-mandate, no-such-person, span, synthetic-only.
 */
export async function askCompanions(
  tx: Tx,
  deps: CompanionsDeps,
  scope: Scope,
  ask: Ask,
  now: number,
): Promise<InquiryView | Refusal> {
  const barred = purposeRefused(ask.purpose);
  if (barred) return barred;
  const isSpan = ask.until > ask.from && ask.until - ask.from <= COMPANION_LIMITS.daysMax * DAY;
  if (!isSpan || ask.from < now - KEPT || ask.until > now + DAY) return SPAN;
  const [person] = await personBrief(tx, deps.vault, scope, [ask.id]);
  if (!person) return NO_PERSON;
  const where = { areaCode: person.areaCode, disease: ask.disease };
  const order = await underMandate(tx, 'companions', where, now);
  if (isRefusal(order)) return order;
  const drill = isExercise(order);
  if (drill && !(await syntheticAmong(tx, [ask.id])).has(ask.id)) return SYNTHETIC_ONLY;
  const found = await companionsOf(deps.lake, {
    persons: await idsOfFile(tx, ask.id),
    fromAt: ask.from,
    toAt: ask.until,
    windowMs: ask.minutes * MINUTE,
    areas: order.areas.map(prefixOf),
    limit: COMPANION_LIMITS.answersMax + 1,
  });
  const real = drill
    ? await syntheticAmong(
        tx,
        found.map((it) => it.personId),
      )
    : undefined;
  const kept = {
    person: ask.id,
    from: ask.from,
    until: ask.until,
    minutes: ask.minutes,
    found: found.filter((it) => !real || real.has(it.personId)),
  };
  const it = { mandateId: order.id, areaCode: person.areaCode, askedBy: scope.actor.id, kept };
  const id = await saveInquiry(tx, deps.keys.vaultFor(order.id), it, now);
  const asked = { ...kept, id, mandateId: order.id, at: now };
  return shown(tx, deps, { scope: { ...scope, purpose: ask.purpose }, order, inquiry: asked }, now);
}

/** The stored answer again, while its order is live. */
export async function readInquiry(
  tx: Tx,
  deps: CompanionsDeps,
  scope: Scope,
  id: number,
  now: number,
): Promise<InquiryView | Refusal> {
  const inquiry = await inquiryById(tx, deps.keys, id);
  const [order] = inquiry ? await mandatesById(tx, [inquiry.mandateId], now) : [];
  if (!inquiry || order?.state !== 'live') return NO_INQUIRY;
  const [person] = await personBrief(tx, deps.vault, scope, [inquiry.person]);
  if (!person) return NO_INQUIRY;
  return shown(tx, deps, { scope, order, inquiry }, now);
}

/** Earlier questions about a person under live orders, and whether one may be asked now. */
export async function inquiriesAbout(
  tx: Tx,
  deps: CompanionsDeps,
  scope: Scope,
  ask: { readonly id: number; readonly disease?: string | undefined },
  now: number,
) {
  const [person] = await personBrief(tx, deps.vault, scope, [ask.id]);
  if (!person) return NO_PERSON;
  const where = { areaCode: person.areaCode, disease: ask.disease };
  const under = await underMandate(tx, 'companions', where, now);
  const orders = (await mandatesById(tx, await ordersOf(tx), now)).filter(isLive);
  const byId = new Map(orders.map((it) => [it.id, it]));
  const rows = await inquiriesOf(tx, deps.keys, {
    person: ask.id,
    orders: [...byId.keys()],
    limit: COMPANION_LIMITS.inquiriesMax,
  });
  return {
    order: isRefusal(under) ? null : briefOf(under),
    off: isRefusal(under) ? under.text : null,
    rows: rows.flatMap(({ mandateId, found, ...it }) => {
      const order = byId.get(mandateId);
      return order ? [{ ...it, found: found.length, order: briefOf(order) }] : [];
    }),
    now,
  };
}

const isLive = (it: Mandate): boolean => it.state === 'live';

const briefOf = (order: Mandate) => ({
  id: order.id,
  documentNo: order.documentNo,
  disease: order.disease,
  isExercise: isExercise(order),
  endsAt: order.endsAt,
});

/** What the reader sees of an answer: masked names, own area; each reading is written down. */
async function shown(
  tx: Tx,
  deps: CompanionsDeps,
  it: { scope: Scope; order: Mandate; inquiry: Inquiry },
  now: number,
): Promise<InquiryView> {
  const { scope, order, inquiry } = it;
  const found = inquiry.found.slice(0, COMPANION_LIMITS.answersMax);
  const ids = found.map((one) => one.personId);
  const briefs = new Map(
    (await personBrief(tx, deps.vault, scope, ids)).map((brief) => [brief.id, brief]),
  );
  const rows = found.flatMap((one) => {
    const brief = briefs.get(one.personId);
    if (!brief) return [];
    const { name, sex, birthYear, areaCode } = brief;
    const place = { id: one.placeId, name: deps.places.byId.get(one.placeId)?.name ?? null };
    const { personId, times, at, lastAt } = one;
    const gapMinutes = Math.round(one.gapMs / MINUTE);
    return [{ personId, name, sex, birthYear, areaCode, times, place, at, gapMinutes, lastAt }];
  });
  const line = {
    at: now,
    actor: scope.actor,
    purpose: scope.purpose,
    areaCode: scope.actor.areaCode,
    mandateId: order.id,
  };
  // Two lines: after the sunset the trace says who was read, and no longer with whom.
  const about = { action: 'companion.read', subject: `person:${inquiry.person}` };
  await writeEntry(tx, { ...line, ...about, persons: [inquiry.person] });
  const others = { action: 'companion.shown', subject: `companions:${inquiry.id}` };
  await writeEntry(tx, { ...line, ...others, persons: [...briefs.keys()] });
  await noteLooks(tx, scope.actor, [inquiry.person], 'read', now);
  const { id, at, from, until, minutes } = inquiry;
  return {
    ...{ id, at, from, until, minutes, rows },
    order: briefOf(order),
    elsewhere: found.length - rows.length,
    isCut: inquiry.found.length > found.length,
  };
}
