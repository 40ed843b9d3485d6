import type { Scope } from '#base/access.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import { type Route, route } from '#platform/http/index.ts';
import type { MandateKeys } from '#platform/secrets/index.ts';
import {
  decisionsPage,
  type LiveDecision,
  liveDecisions,
  liveSealed,
  sealingOrders,
} from '#registers/decisions/index.ts';
import { idsOfFile, personInScope } from '#registers/people/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import { activeRules } from '#watch/rules/index.ts';
import { personDecisions, personWhy, personWhyNot, selfWhy } from './contract.ts';
import { whyNot, type WhyNotDeps } from './why-not.ts';
import { reasonsOf } from './why.ts';

export type ReasonsDeps = WhyNotDeps & {
  /** Opens what was decided under orders; an order whose key is gone tells nothing any more. */
  readonly keys: Pick<MandateKeys, 'has' | 'vaultFor'>;
};

/** What holds about the files of a person, what stands sealed under a living order too. */
async function allLive(
  tx: Tx,
  { keys }: Pick<ReasonsDeps, 'keys'>,
  ids: readonly number[],
  now: number,
): Promise<LiveDecision[]> {
  const orders = (await sealingOrders(tx)).filter((id) => keys.has(id));
  const marks = orders.flatMap((order) =>
    ids.map((id) => keys.vaultFor(order).blindIndex('decision', String(id))),
  );
  return [...(await liveSealed(tx, marks, now)), ...(await liveDecisions(tx, ids, now))];
}

const NO_PERSON = refuse('missing', 'no-such-person', {
  zh: '没有此人，或其不在您的辖区。',
  en: 'There is no such person in your area.',
});
const NO_FILE = refuse('missing', 'no-own-file', {
  zh: '尚没有与您对应的个人档案。',
  en: 'No file is tied to you yet.',
});

/** The files of a person the reader may see; the reading stands in the trace before the answer. */
async function opened(
  tx: Tx,
  scope: Scope,
  it: { id: number; action: string },
  now: number,
): Promise<number[] | Refusal> {
  const person = await personInScope(tx, scope, it.id);
  if (!person) return NO_PERSON;
  await writeEntry(tx, {
    at: now,
    actor: scope.actor,
    action: it.action,
    subject: `person:${it.id}`,
    purpose: scope.purpose,
    areaCode: person.areaCode,
  });
  return idsOfFile(tx, it.id);
}

export const reasonsRoutes = (deps: ReasonsDeps): Route[] => [
  route(personDecisions, ({ db, scope, params, query, now }) =>
    db.tx(async (tx) => {
      const ids = await opened(tx, scope, { id: params.id, action: 'decision.read' }, now);
      if (isRefusal(ids)) return ids;
      const page = await decisionsPage(tx, ids, query);
      return { rows: await reasonsOf(tx, page.rows, 'staff', now), next: page.next };
    }),
  ),
  route(personWhy, ({ db, scope, params, now }) =>
    db.tx(async (tx) => {
      const ids = await opened(tx, scope, { id: params.id, action: 'decision.read' }, now);
      if (isRefusal(ids)) return ids;
      const rows = await reasonsOf(tx, await allLive(tx, deps, ids, now), 'staff', now);
      const rules = await activeRules(tx);
      return { rows, rules: rules.map(({ doc }) => ({ id: doc.id, title: doc.title })) };
    }),
  ),
  route(personWhyNot, ({ db, scope, params, query, now }) =>
    db.tx(async (tx) => {
      const ids = await opened(tx, scope, { id: params.id, action: 'decision.read' }, now);
      if (isRefusal(ids)) return ids;
      return whyNot(tx, deps, { persons: ids, ruleId: query.rule }, now);
    }),
  ),
  route(selfWhy, ({ db, scope, now }) =>
    db.tx(async (tx) => {
      const [own] = scope.persons ?? [];
      if (own === undefined) return NO_FILE;
      const ids = await opened(tx, scope, { id: own, action: 'self.why' }, now);
      if (isRefusal(ids)) return ids;
      return { rows: await reasonsOf(tx, await allLive(tx, deps, ids, now), 'resident', now) };
    }),
  ),
];
