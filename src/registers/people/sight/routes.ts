import type { Actor, Scope } from '#base/access.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { type Route, route } from '#platform/http/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import {
  decide,
  endGlass,
  glassById,
  listGlass,
  mayDo,
  namesOf,
  requireFresh,
  reviewGlass,
} from '#registers/access/index.ts';
import { personBrief, personInScope } from '../store.ts';
import * as api from './contract.ts';
import { breakGlass, type GlassDeps, grantViews, lookedUnder, meantBy, reviews } from './glass.ts';
import { areaRange, isInScope } from './seen.ts';
import { listTies, type TieRow, tiesOf } from './tie-store.ts';
import { acceptTie, declineTie, endTie, gave, proposeTie } from './ties.ts';

const NO_PERSON = refuse('missing', 'no-such-person', {
  zh: '没有此人，或其不在您的辖区。',
  en: 'There is no such person in your area.',
});
const NO_GRANT = refuse('missing', 'no-such-grant', {
  zh: '没有这次临时查看，或不在您的辖区。',
  en: 'There is no such temporary access in your area.',
});

/** Ties as a face shows them: masked names, and what this reader may do with each. */
async function tieViews(
  tx: Tx,
  vault: Vault,
  scope: Scope,
  rows: readonly TieRow[],
): Promise<api.TieView[]> {
  const { actor } = scope;
  const ids = [...new Set(rows.map((row) => row.personId))];
  const [briefs, names] = [
    new Map((await personBrief(tx, vault, scope, ids)).map((it) => [it.id, it.name])),
    await namesOf(tx, [...new Set(rows.flatMap((row) => [row.proposedBy, row.decidedBy ?? 0]))]),
  ];
  return rows.map((row) => ({
    ...row,
    name: briefs.get(row.personId) ?? '',
    proposedBy: names.get(row.proposedBy) ?? '',
    decidedBy: row.decidedBy === null ? '' : (names.get(row.decidedBy) ?? ''),
    reason: row.reason ? vault.open(row.reason) : '',
    mayDecide:
      row.state === 'proposed' &&
      row.proposedBy !== actor.id &&
      mayDo(actor, 'tie.accept') &&
      isInScope(scope, row.areaCode),
    mayEnd:
      (row.state === 'proposed' || row.state === 'accepted') &&
      mayDo(actor, 'tie.propose') &&
      (isInScope(scope, row.areaCode) || gave(scope, row)),
  }));
}

type Done = TieRow | Refusal;

const tieRoutes = ({ vault }: GlassDeps): Route[] => {
  const shown = async (tx: Tx, scope: Scope, done: Done) => {
    if (isRefusal(done)) return done;
    const [view] = await tieViews(tx, vault, scope, [done]);
    return view ?? NO_PERSON;
  };
  return [
    route(api.proposeTie, ({ once, scope, params, body, now }) =>
      once(async (tx) => {
        const input = { ...body, personId: params.id };
        return shown(tx, scope, await proposeTie(tx, vault, scope, input, now));
      }),
    ),
    route(api.tiesOfPerson, ({ db, scope, params }) =>
      db.read(async (tx) => {
        if (!(await personInScope(tx, scope, params.id))) return NO_PERSON;
        return { rows: await tieViews(tx, vault, scope, await tiesOf(tx, params.id)) };
      }),
    ),
    route(api.listTies, ({ db, scope, query }) =>
      db.read(async (tx) => {
        const { rows, next } = await listTies(tx, { ...query, ...areaRange(scope.areaPrefix) });
        return { rows: await tieViews(tx, vault, scope, rows), next };
      }),
    ),
    route(api.acceptTie, ({ once, scope, params, now }) =>
      once(async (tx) => shown(tx, scope, await acceptTie(tx, scope, params.id, now))),
    ),
    route(api.declineTie, ({ once, scope, params, body, now }) =>
      once(async (tx) => {
        const input = { id: params.id, ...body };
        return shown(tx, scope, await declineTie(tx, vault, scope, input, now));
      }),
    ),
    route(api.endTie, ({ once, scope, params, body, now }) =>
      once(async (tx) => {
        const input = { id: params.id, ...body };
        return shown(tx, scope, await endTie(tx, vault, scope, input, now));
      }),
    ),
  ];
};

const askRoutes = (deps: GlassDeps): Route[] => [
  route(api.breakGlass, async ({ once, actor, scope, body, now }) => {
    const person = await meantBy(deps, actor, body.person, now);
    if (isRefusal(person)) return person;
    return once((tx) => breakGlass(tx, deps.vault, scope, { ...body, person }, now));
  }),
  route(api.ownGrants, ({ db, actor, query, now }) =>
    db.read(async (tx) => {
      const { rows, next } = await listGlass(
        tx,
        { ...query, state: 'all', actorId: actor.id },
        now,
      );
      return { rows: await grantViews(tx, deps.vault, actor, rows, false), next };
    }),
  ),
  // Who lent it to themselves ends it, and so does who may judge it; both come in by the session.
  route(api.endGrant, ({ actor, params, now }) =>
    deps.db.tx((tx) => {
      const may = judgeScope(actor, now);
      const input = {
        id: params.id,
        reviews: (it: Parameters<typeof reviews>[1]) => may !== undefined && reviews(may, it),
      };
      return endGlass(tx, actor, input, now);
    }),
  ),
];

function judgeScope(actor: Actor, now: number): Scope | undefined {
  const scope = decide({ actor, action: 'glass.review', purpose: 'supervision', now });
  return isRefusal(scope) ? undefined : scope;
}

const reviewRoutes = ({ vault, db: house }: GlassDeps): Route[] => [
  route(api.listGrants, ({ db, actor, scope, query, now }) =>
    db.read(async (tx) => {
      const { rows, next } = await listGlass(tx, { ...query, areaPrefix: scope.areaPrefix }, now);
      return { rows: await grantViews(tx, vault, actor, rows, true), next };
    }),
  ),
  route(api.readGrant, async ({ db, actor, scope, params }) => {
    const found = await db.read(async (tx) => {
      const grant = await glassById(tx, params.id);
      if (!grant || !reviews(scope, grant)) return undefined;
      const [view] = await grantViews(tx, vault, actor, [grant], true);
      return view && { grant, view };
    });
    if (!found) return NO_GRANT;
    // What was looked at lies in the person's area, which need not be the reviewer's.
    const looked = await house.read((tx) => lookedUnder(tx, found.grant));
    return { ...found.view, looked };
  }),
  route(
    api.reviewGrant,
    async ({ once, actor, scope, params, body, now }) =>
      requireFresh(actor, now) ??
      once(async (tx) => {
        const input = { id: params.id, verdict: body.verdict, note: vault.seal(body.note) };
        const sees = (grant: Parameters<typeof reviews>[1]) => reviews(scope, grant);
        const done = await reviewGlass(tx, actor, { ...input, sees }, now);
        if (isRefusal(done)) return done;
        return (await grantViews(tx, vault, actor, [done], true))[0] ?? NO_GRANT;
      }),
  ),
];

/** Ties between persons and areas, and temporary access (break-glass). */
export const sightRoutes = (deps: { readonly vault: Vault; readonly db: Db }): Route[] => [
  ...tieRoutes(deps),
  ...askRoutes(deps),
  ...reviewRoutes(deps),
];
