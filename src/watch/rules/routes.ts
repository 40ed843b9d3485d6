import type { Refusal } from '#base/refusal.ts';
import { refuse } from '#base/refusal.ts';
import type { RuleDoc } from '#base/rules.ts';
import type { Route } from '#platform/http/index.ts';
import { route } from '#platform/http/index.ts';
import { activateRule, draftRule, retireRule, reviewRule } from './authoring/author.ts';
import { checkRule, knownNames } from './authoring/check.ts';
import * as api from './contract.ts';
import { listRoutes, type RulesDeps } from './lists/routes.ts';
import { ruleDetail, rulesPage } from './read.ts';

const noRule = (): Refusal =>
  refuse('missing', 'no-such-rule', { zh: '没有这条规则', en: 'There is no such rule' });

export const ruleRoutes = (deps: RulesDeps): Route[] => [
  route(api.listRules, (c) => c.db.read((tx) => rulesPage(tx, c.query))),
  route(
    api.readRule,
    async (c) =>
      (await c.db.read((tx) => ruleDetail(tx, c.params.id, c.query.version))) ?? noRule(),
  ),
  route(api.checkRuleDoc, async (c) => {
    const known = await c.db.read(knownNames);
    const { faults, sentence } = checkRule(c.body.doc, known);
    return {
      faults: faults.map(({ path, at, code, text }) => ({ path, at, code, text })),
      sentence,
    };
  }),
  route(api.draftRule, (c) =>
    c.once((tx) => draftRule(tx, c.actor, { ...c.body, doc: c.body.doc as RuleDoc }, c.now)),
  ),
  route(api.reviewRule, (c) =>
    c.once((tx) => reviewRule(tx, c.actor, { ...c.params, ...c.body }, c.now)),
  ),
  route(api.activateRule, (c) => c.once((tx) => activateRule(tx, c.actor, c.params, c.now))),
  route(api.retireRule, (c) =>
    c.once((tx) => retireRule(tx, c.actor, { ...c.params, ...c.body }, c.now)),
  ),
  ...listRoutes(deps),
];
