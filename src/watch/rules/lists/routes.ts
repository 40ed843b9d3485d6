import type { Actor, Scope } from '#base/access.ts';
import { isWithin } from '#base/areas.ts';
import type { Refusal } from '#base/refusal.ts';
import { refuse } from '#base/refusal.ts';
import type { Route } from '#platform/http/index.ts';
import { route } from '#platform/http/index.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { guardBulk } from '#registers/misuse/index.ts';
import { personBrief, type Resolver } from '#registers/people/index.ts';
import { placeOf } from '#registers/places/index.ts';
import * as api from './contract.ts';
import type { ImportRow } from './rows.ts';
import { type Sample, type SampleDeps, sampleOf } from './sample.ts';
import { type Keys, liveOrdersOf } from './sealed.ts';
import * as store from './store.ts';
import { importMembers } from './import.ts';
import { addMember, removeMember } from './members.ts';
import { bumpRevision } from '../store.ts';

export type RulesDeps = {
  /** Finds or makes the person of a document, for imports of members. */
  readonly resolver: Pick<Resolver, 'resolve'>;
  /** Opens names, to show them masked. */
  readonly vault: Vault;
  /** Open members that came in under orders. */
  readonly keys: Keys;
} & SampleDeps;

const sampler =
  (deps: SampleDeps, actor: Actor) =>
  (rows: readonly ImportRow[], now: number): Promise<Sample> =>
    sampleOf(deps, rows, actor, now);

const noList = (): Refusal =>
  refuse('missing', 'no-such-list', { zh: '没有这个名单', en: 'There is no such list' });
const outOfScope = (): Refusal =>
  refuse('missing', 'no-such-subject', {
    zh: '辖区内没有此人或此地点',
    en: 'There is no such person or place in your area',
  });

export const listRoutes = (deps: RulesDeps): Route[] => [
  route(api.listLists, async (c) => ({ rows: await c.db.read(store.watchLists) })),
  route(
    api.readList,
    async (c) => (await c.db.read((tx) => store.listById(tx, c.params.id))) ?? noList(),
  ),
  createRoute(),
  route(api.listMembers, (c) =>
    c.db.read((tx) => shownMembers(tx, deps, c.scope, { ...c.params, ...c.query }, c.now)),
  ),
  route(api.importMembers, (c) =>
    importMembers(
      { ...deps, db: c.db, sample: sampler(deps, c.actor) },
      c.actor,
      { ...c.params, ...c.body, areaPrefix: c.scope.areaPrefix },
      c.now,
    ),
  ),
  addRoute(deps),
  // Taking many off hides them from the rules: it is counted like putting many on.
  route(api.removeMember, async (c) => {
    const bulk = { kind: 'list.change' as const, persons: 1, incident: null, key: c.key };
    const misuse = await guardBulk(c.db, c.actor, bulk, c.now);
    return misuse ?? c.once((tx) => removeMember(tx, deps.keys, c.actor, c.params, c.now));
  }),
  route(api.listCodeSets, async (c) => ({ rows: await c.db.read(store.codeSets) })),
  route(api.putCode, (c) =>
    c.once(async (tx) => {
      const sets = await store.codeSets(tx);
      if (!sets.some((set) => set.id === c.params.id)) {
        return refuse('missing', 'no-such-codes', {
          zh: '没有这个代码集',
          en: 'There is no such code set',
        });
      }
      await store.putCodeRow(tx, c.params.id, { code: c.params.code, ...c.body });
      await bumpRevision(tx);
      return c.params;
    }),
  ),
];

/** A page of members with masked names, and the live orders under which some are shown. */
async function shownMembers(
  tx: Tx,
  deps: RulesDeps,
  scope: Scope,
  q: { readonly id: string; readonly after?: string | undefined; readonly limit: number },
  now: number,
) {
  const list = await store.listById(tx, q.id);
  if (!list) return noList();
  const orders = await liveOrdersOf(tx, list.id, now);
  const ids = orders.map((it) => it.id);
  const within = { ...q, areaPrefix: scope.areaPrefix };
  const page = await store.membersPage(tx, deps, list.id, ids, within);
  const subjects = list.subject === 'person' ? page.rows.map((row) => row.subjectId) : [];
  const briefs = new Map(
    (await personBrief(tx, deps.vault, scope, subjects)).map((b) => [b.id, b.name]),
  );
  const rows = page.rows.map((row) => ({ ...row, name: briefs.get(row.subjectId) ?? '' }));
  const under = orders.map(({ id, documentNo, endsAt }) => ({ id, documentNo, endsAt }));
  return { rows, next: page.next, under };
}

const createRoute = (): Route =>
  route(api.createList, async (c) => {
    const { words, purpose, legalBasis } = c.body;
    const said = [words, purpose, legalBasis].flatMap((it) => [it.zh, it.en]);
    const bulk = { kind: 'list.change' as const, persons: 0, incident: null, said };
    const misuse = await guardBulk(c.db, c.actor, bulk, c.now);
    if (misuse) return misuse;
    return c.once(async (tx) => {
      if (await store.listById(tx, c.body.id)) {
        const text = { zh: '名单已存在', en: 'There is such a list already' };
        return refuse('conflict', 'list-exists', text);
      }
      await store.putList(tx, c.body, c.now);
      await bumpRevision(tx);
      return { ...c.body, members: 0, changedAt: c.now };
    });
  });

const addRoute = (deps: RulesDeps): Route =>
  route(api.addMember, async (c) => {
    const bulk = { kind: 'list.change' as const, persons: 1, incident: null, key: c.key };
    const said = [c.body.source, c.body.reason];
    const misuse = await guardBulk(c.db, c.actor, { ...bulk, said }, c.now);
    if (misuse) return misuse;
    return c.once(async (tx) => {
      const list = await store.listById(tx, c.params.id);
      if (!list) return noList();
      const input = { ...c.params, ...c.body };
      if (list.subject === 'place') {
        const place = await placeOf(tx, c.body.subjectId);
        if (!place || !isWithin(place.areaCode, c.scope.areaPrefix)) return outOfScope();
        return addMember(tx, c.actor, { ...input, areaCode: place.areaCode }, c.now, deps.vault);
      }
      const [person] = await personBrief(tx, deps.vault, c.scope, [c.body.subjectId]);
      if (!person) return outOfScope();
      return addMember(tx, c.actor, { ...input, areaCode: person.areaCode }, c.now, deps.vault);
    });
  });
