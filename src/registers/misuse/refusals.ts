import { refuse, type Refusal } from '#base/refusal.ts';
import type { Words } from '#base/words.ts';
import type { Concentration } from './detect/concentration.ts';
import type { Trait } from './model.ts';
import type { Thresholds } from './detect/thresholds.ts';

export const TRAIT_WORDS: Record<Trait, Words> = {
  unit: { zh: '同一单位', en: 'the same workplace or school' },
  birthYear: { zh: '同一出生年份', en: 'the same year of birth' },
  awayHome: { zh: '同一外地住址', en: 'a home in the same other city' },
  origin: { zh: '同一身份证签发地', en: 'the same place of the identity card' },
  onlySource: { zh: '仅由同一来源知悉', en: 'being known to one source only' },
};

export const BLOCKED = refuse('forbidden', 'bulk-blocked', {
  zh: '您的批量操作经认定涉嫌滥用，已停用；请联系监督员或个人信息保护负责人复核。',
  en: 'Your bulk actions are stopped after a finding of misuse; ask the supervisor to look again.',
});
export const IMPORT_NEEDS_INCIDENT = refuse('forbidden', 'no-incident', {
  zh: '导入名单须写明所依据的事件：病例、专题、风险区或预警的编号（如 alert:17）。此次导入已拒绝并报警。',
  en: 'A list needs the incident it serves: a case, topic, zone or alert (e.g. alert:17). Refused, and the supervisor is told.',
});
export const INCIDENT_SHAPE = refuse('invalid', 'incident-shape', {
  zh: '事件编号的写法为 case:、topic:、zone: 或 alert: 加编号。',
  en: 'An incident is case:, topic:, zone: or alert: and its id.',
});
export const NO_SUCH_INCIDENT = refuse('forbidden', 'no-such-incident', {
  zh: '没有这条预警、它不在您的辖区或早已结束，不能作为批量操作的依据。此次操作已拒绝并报警。',
  en: 'There is no such alert in your area, or it ended long ago; it carries no bulk change. Refused, and the supervisor is told.',
});
export const REVEALS_STOPPED = refuse('forbidden', 'reveals-stopped', {
  zh: '您一小时内查看的电话远超平常，已暂停；须由监督员判定后继续。',
  en: 'You revealed far more phones in an hour than usual: this is stopped until a supervisor has judged.',
});
export const bulkNeedsIncident = (limit: number): Refusal =>
  refuse('forbidden', 'no-incident', {
    zh: `没有事件编号时最多变更 ${limit} 人：请写明病例、专题、风险区或预警的编号。已拒绝并报警。`,
    en: `Without an incident at most ${limit} persons are changed: name the case, topic, zone or alert. Refused, and the supervisor is told.`,
  });
export const tooManyPasswords = (limit: number): Refusal =>
  refuse('forbidden', 'many-passwords', {
    zh: `一小时内最多重置 ${limit} 个账号的密码；已拒绝并报警。`,
    en: `At most ${limit} passwords are reset in an hour. Refused, and the supervisor is told.`,
  });

const percent = (share: number): string =>
  `${share > 0 && share < 0.0995 ? (share * 100).toFixed(1) : Math.round(share * 100)}%`;

/** Why a list was stopped, with its figures, and what would be needed. */
export function concentratedWords(it: Concentration, limits: Thresholds): Words {
  const trait = TRAIT_WORDS[it.trait];
  const [share, usual] = [percent(it.share), percent(it.populationShare)];
  const [support, least] = [percent(it.support), percent(limits.support_min)];
  const days = limits.support_days;
  const zh = [
    `名单 ${it.n} 人中 ${share} 为${trait.zh}（全市不高于 ${usual}），`,
    `而近 ${days} 天有流行病学依据的仅 ${support}（至少 ${least}）。`,
    '名单已拒绝并报警；须监督员判定后方可导入。',
  ];
  const en = [
    `${share} of the ${it.n} persons share ${trait.en} (at most ${usual} of the city),`,
    `but only ${support} have any epidemic support in ${days} days (${least} needed).`,
    'Refused; a supervisor must judge before it can be imported.',
  ];
  return { zh: zh.join(''), en: en.join(' ') };
}
