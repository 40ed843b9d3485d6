import { KIND_BY_NAME } from '#base/kinds.ts';
import type { Words } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';
import { namesOf } from '#registers/access/index.ts';
import type { Decision, DecisionKind } from '#registers/decisions/index.ts';
import { mandatesById } from '#registers/mandates/index.ts';
import { ruleByVersion, sentenceOf, watchLists } from '#watch/rules/index.ts';
import type { EvidenceRecord, WhyNode } from '#watch/signals/index.ts';
import type { ReasonView } from './contract.ts';
import { treeInWords } from './tree.ts';

/** staff: names of who decided · resident: the office only. */
export type Reader = 'staff' | 'resident';

/** How somebody objects (个人信息保护法 Art 24, 50; 行政复议法 Art 11 for orders). */
const OBJECTION: Record<DecisionKind, Words> = {
  alert: {
    zh: '预警只用于安排核实，不限制任何人。认为有误的，可向疾控机构或拨打 12345 要求解释和更正（个人信息保护法第二十四、四十六条）。',
    en: 'An alert arranges a check and restricts nobody. Ask the CDC or 12345 to explain or correct it (PIPL Art 24, 46).',
  },
  list: {
    zh: '认为不应列入名单的，可向列入单位或拨打 12345 提出，要求说明依据、更正或移出（个人信息保护法第四十六、四十七条）。',
    en: 'Who should not be listed asks the listing unit or 12345 for the ground and for removal (PIPL Art 46, 47).',
  },
  pass: {
    zh: '对颜色有异议的，可在线申诉或拨打 12345；处理结果书面告知（个人信息保护法第五十条）。',
    en: 'An appeal against a colour is made online or at 12345 and answered in writing (PIPL Art 50).',
  },
  order: {
    zh: '对命令不服的，可在六十日内申请行政复议或提起行政诉讼（行政复议法第二十条）。',
    en: 'Against an order, administrative review may be asked within sixty days, or a court (Administrative Review Law Art 20).',
  },
};

const BY_RULE: Words = { zh: '由规则自动产生', en: 'Made by a rule, without a person' };
const BY_OFFICE: Words = { zh: '由工作人员决定', en: 'Decided by a member of staff' };

type Held = Decision & { readonly since?: number };

/** Decisions in plain words: what, since when, by which rule or hand, why, and how to object. */
export async function reasonsOf(
  tx: Tx,
  decisions: readonly Held[],
  reader: Reader,
  now: number,
): Promise<ReasonView[]> {
  const lists = new Map((await watchLists(tx)).map((list) => [list.id, list.words]));
  const names = await namesOf(tx, [...new Set(decisions.map((it) => it.deciderId))]);
  const orderIds = decisions.flatMap((it) => it.mandateId ?? []);
  const orders = new Map((await mandatesById(tx, orderIds, now)).map((it) => [it.id, it]));
  const views: ReasonView[] = [];
  for (const it of decisions) {
    const order = it.mandateId === null ? undefined : orders.get(it.mandateId);
    views.push({
      id: it.id,
      ref: it.ref,
      kind: it.kind,
      move: it.move,
      words: it.words,
      at: it.at,
      since: it.since ?? it.at,
      until: it.until,
      rule: await ruleOf(tx, it, lists),
      evaluated: evaluatedOf(it),
      order: order
        ? {
            id: order.id,
            authority: order.authority,
            documentNo: order.documentNo,
            articles: [...order.articles],
            endsAt: order.endsAt,
          }
        : null,
      decider: deciderOf(it, names, reader),
      objection: OBJECTION[it.kind],
    });
  }
  return views;
}

function deciderOf(it: Held, names: ReadonlyMap<number, string>, reader: Reader): Words {
  if (it.deciderId === 0) return BY_RULE;
  const name = reader === 'staff' ? names.get(it.deciderId) : undefined;
  return name ? { zh: name, en: name } : BY_OFFICE;
}

async function ruleOf(
  tx: Tx,
  it: Held,
  lists: ReadonlyMap<string, Words>,
): Promise<ReasonView['rule']> {
  if (it.ruleId === null || it.ruleVersion === null) return null;
  const stored = await ruleByVersion(tx, it.ruleId, it.ruleVersion);
  if (!stored) return null;
  return {
    id: it.ruleId,
    version: it.ruleVersion,
    title: stored.doc.title,
    sentence: sentenceOf(stored.doc, lists),
  };
}

/** The evaluated sides as the signal wrote them, each with the record it was held against. */
function evaluatedOf(it: Held): ReasonView['evaluated'] {
  if (!Array.isArray(it.tree)) return [];
  const records = (it.inputs as { records?: readonly EvidenceRecord[] }).records ?? [];
  const sides = it.tree as readonly { record: number; tree: WhyNode }[];
  return sides.map((side) => {
    const record = records.find((one) => one.id === side.record);
    return {
      record: record ? { id: record.id, kind: kindOf(record.kind), at: record.at } : null,
      tree: treeInWords(side.tree),
    };
  });
}

const kindOf = (kind: string): Words => KIND_BY_NAME[kind]?.words ?? { zh: kind, en: kind };
