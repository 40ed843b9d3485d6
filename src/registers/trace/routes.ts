import type { Scope } from '#base/access.ts';
import { prefixOf, sharedPrefix } from '#base/areas.ts';
import type { Page } from '#base/paging.ts';
import type { Words } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';
import { type Route, route } from '#platform/http/index.ts';
import * as api from './contract.ts';
import { deedOf } from './deeds.ts';
import { type EntryRow, listEntries } from './list.ts';
import { wordsOfFault } from './model.ts';
import { chainStatus } from './patrol.ts';

/** What rooms above know of actors: names by id, roles in words. */
export type TraceDeps = {
  readonly namesOf: (tx: Tx, actorIds: readonly number[]) => Promise<ReadonlyMap<number, string>>;
  readonly roleWords: (role: string) => Words | undefined;
};

const HOUSE_NAME = '系统';

const rolesOf = (deps: TraceDeps, roles: string): Words[] =>
  roles.split(' ').flatMap((role) => deps.roleWords(role) ?? []);

async function shown(tx: Tx, deps: TraceDeps, page: Page<EntryRow>) {
  const names = await deps.namesOf(tx, [...new Set(page.rows.map((row) => row.actorId))]);
  return {
    next: page.next,
    rows: page.rows.map((row) => ({
      ...row,
      actorName: names.get(row.actorId) ?? HOUSE_NAME,
      roles: rolesOf(deps, row.roles),
    })),
  };
}

const NONE = { rows: [], next: null };

export const traceRoutes = (deps: TraceDeps): Route[] => [
  route(api.listEntries, async ({ db, query, scope }) => {
    const wanted = query.area ? prefixOf(query.area) : scope.areaPrefix;
    const areaPrefix = sharedPrefix(scope.areaPrefix, wanted);
    if (areaPrefix === undefined) return NONE;
    return db.read(async (tx) => shown(tx, deps, await listEntries(tx, { ...query, areaPrefix })));
  }),
  route(api.personEntries, ({ db, query, params, scope }) =>
    db.read(async (tx) => {
      const filter = { ...query, person: params.id, areaPrefix: scope.areaPrefix };
      return shown(tx, deps, await listEntries(tx, filter));
    }),
  ),
  route(api.ownEntries, ({ db, query, scope }) => db.read((tx) => ownPage(tx, deps, scope, query))),
  route(api.readChain, ({ db }) => db.read(chainOf)),
];

/** A resident's own file only: whose account names no person sees nothing. */
async function ownPage(
  tx: Tx,
  deps: TraceDeps,
  { actor }: Scope,
  query: { readonly after?: string | undefined; readonly limit: number },
) {
  if (actor.personId === undefined) return NONE;
  const page = await listEntries(tx, { ...query, person: actor.personId, areaPrefix: '' });
  const rows = page.rows.map((row) => {
    const { id, at, unit, action, subject, purpose, mandateId } = row;
    const roles = rolesOf(deps, row.roles);
    return { id, at, roles, unit, action, deed: deedOf(action, subject), purpose, mandateId };
  });
  return { rows, next: page.next };
}

async function chainOf(tx: Tx): Promise<api.ChainView> {
  const it = await chainStatus(tx);
  return {
    links: it.links,
    waiting: it.waiting,
    checkpoint: it.checkpoint,
    verified: {
      seq: it.verifiedSeq,
      at: it.verifiedAt,
      faults: it.faults.map((fault) => ({ ...fault, words: wordsOfFault(fault) })),
    },
  };
}
