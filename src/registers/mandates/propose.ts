import type { Actor } from '#base/access.ts';
import { prefixOf } from '#base/areas.ts';
import { type FieldError, type Refusal, refuse } from '#base/refusal.ts';
import { DAY, dayOf } from '#base/time.ts';
import type { Words } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';
import { knownAreas } from '#registers/areas/index.ts';
import { diseasesOn } from '#registers/diseases/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import { LIMITS, type Mandate, type MandateFunction, type Proposal } from './contract.ts';
import { articlesAt, retentionClasses } from './law.ts';
import { BUILT, FUNCTION_WORDS } from './model.ts';
import { insertProposal, mandateById } from './store.ts';

/** Nobody orders backwards, nor into the blue. */
const STARTS_WITHIN = 183 * DAY;

const NO_UNIT = refuse('forbidden', 'no-unit', {
  zh: '您的账号未登记单位，不能提请或批准命令。请联系管理员。',
  en: 'Your account names no unit: you cannot propose or approve orders. Ask an administrator.',
});
const TAKEN = refuse('conflict', 'document-taken', {
  zh: '这个文号已有命令。',
  en: 'There is an order with this document number.',
});

/**
 * Proposes an order. All faults are answered at once. It begins nothing: another person of another
 * unit decides (突发公共卫生事件应对法 Art 37; 个人信息保护法 Art 6).
 */
export async function proposeMandate(
  tx: Tx,
  actor: Actor,
  input: Proposal,
  now: number,
): Promise<Mandate | Refusal> {
  const unit = actor.unit ?? '';
  if (unit === '') return NO_UNIT;
  const errors = [...faultsOf(input, actor, now), ...(await faultsInRegisters(tx, input, now))];
  if (errors.length > 0) {
    const text = { zh: '命令内容有误，请按提示更正。', en: 'The order has faults: mend them.' };
    return refuse('invalid', 'invalid-order', text, errors);
  }
  const shipped = Object.fromEntries(retentionClasses().map((it) => [it.id, it.days]));
  const order = { ...input, retention: { ...shipped, ...input.retention } };
  const id = await insertProposal(tx, order, { id: actor.id, name: actor.name, unit }, now);
  if (id === undefined) return TAKEN;
  const { areaCode } = actor;
  const line = { at: now, actor, action: 'mandate.propose', subject: `mandate:${id}` };
  await writeEntry(tx, { ...line, purpose: '', areaCode, mandateId: id });
  const made = await mandateById(tx, id, now);
  if (!made) throw new Error('an order that was written cannot be read');
  return made;
}

function faultsOf(input: Proposal, actor: Actor, now: number): FieldError[] {
  const errors: FieldError[] = [];
  const say = (path: string, code: string, text: Words): void => {
    errors.push({ path, code, text });
  };
  const { startsAt, endsAt, reviewAt } = input;
  if (startsAt < now - DAY || startsAt > now + STARTS_WITHIN) {
    const zh = '起期不能早于昨天，也不能晚于半年之后';
    say('startsAt', 'span', { zh, en: 'It starts neither before yesterday nor after half a year' });
  }
  if (endsAt <= startsAt || endsAt <= now) {
    say('endsAt', 'span', { zh: '止期须晚于起期和现在', en: 'It ends after its start and now' });
  }
  if (endsAt - startsAt > LIMITS.daysMax * DAY) {
    const zh = `最长 ${LIMITS.daysMax} 天；到期仍需要的，另行提请`;
    say('endsAt', 'too-long', { zh, en: `At most ${LIMITS.daysMax} days; then propose anew` });
  }
  if (reviewAt <= startsAt || reviewAt > endsAt) {
    say('reviewAt', 'span', { zh: '复核日须在期限之内', en: 'The review lies within the order' });
  }
  if (input.articles.length === 0 && !input.functions.includes('exercise')) {
    say('articles', 'none', { zh: '至少援引一条法律', en: 'Cite at least one article' });
  }
  const bare = input.functions.find((fn) => BUILT.has(fn) && !isGrounded(fn, input, now));
  if (bare) {
    const { zh, en } = FUNCTION_WORDS[bare];
    const text = { zh: `所援引的法条均不及于“${zh}”`, en: `No article cited is about: ${en}` };
    say('articles', 'not-for', text);
  }
  const known = new Set(articlesAt(now).map((it) => it.id));
  if (input.articles.some((id) => !known.has(id))) {
    say('articles', 'unknown', {
      zh: '所援引的法条不在现行法条表中',
      en: 'An article is not in force',
    });
  }
  const off = input.functions.find((fn) => !BUILT.has(fn));
  if (off) {
    const { zh, en } = FUNCTION_WORDS[off];
    say('functions', 'not-built', { zh: `“${zh}”尚未建成`, en: `${en}: not built` });
  }
  const own = prefixOf(actor.areaCode);
  if (own.length > 4 && input.areas.some((area) => !area.startsWith(own))) {
    say('areas', 'elsewhere', { zh: '不能超出您的辖区', en: 'Not outside your own area' });
  }
  for (const [id, days] of Object.entries(input.retention)) {
    const limit = retentionClasses().find((it) => it.id === id)?.daysMax ?? -1;
    if (days > limit) {
      say(`retention.${id}`, 'too-long', { zh: '超过最长保存天数', en: 'Longer than may be kept' });
    }
  }
  return errors;
}

/** Whether an article of those cited is about the function; an exercise touches nobody's rights. */
function isGrounded(fn: MandateFunction, input: Proposal, now: number): boolean {
  const cited = articlesAt(now).filter((it) => input.articles.includes(it.id));
  const isFree = input.functions.includes('exercise') || cited.length === 0;
  return isFree || cited.some((it) => it.functions.includes(fn));
}

async function faultsInRegisters(tx: Tx, input: Proposal, now: number): Promise<FieldError[]> {
  const errors: FieldError[] = [];
  const areas = await knownAreas(tx, input.areas);
  if (input.areas.some((area) => !areas.has(area))) {
    const text = { zh: '没有这个区划', en: 'There is no such area' };
    errors.push({ path: 'areas', code: 'unknown', text });
  }
  if (input.disease !== null) {
    const diseases = await diseasesOn(tx, dayOf(now));
    if (!diseases.some((it) => it.code === input.disease)) {
      const text = { zh: '病种目录中没有此病', en: 'The catalogue has no such disease' };
      errors.push({ path: 'disease', code: 'unknown', text });
    }
  }
  return errors;
}
