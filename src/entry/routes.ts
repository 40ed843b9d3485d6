import type { Actor } from '#base/access.ts';
import type { Db } from '#platform/db/index.ts';
import type { Log } from '#platform/files/index.ts';
import type { Route } from '#platform/http/index.ts';
import { backlogGate, checkDecoded, recordsRoutes } from '#intake/records/index.ts';
import { sourceActivity, sourcesRoutes } from '#intake/sources/index.ts';
import { accessRoutes, namesOf, ROLE_WORDS, type Role } from '#registers/access/index.ts';
import { postRoutes } from '#registers/agencies/index.ts';
import { type AreaDirectory, areaRoutes } from '#registers/areas/index.ts';
import { diseaseRoutes } from '#registers/diseases/index.ts';
import { mandateRoutes } from '#registers/mandates/index.ts';
import { guardBulk, misuseRoutes } from '#registers/misuse/index.ts';
import { newResolver, peopleRoutes, personOfPhone, sightRoutes } from '#registers/people/index.ts';
import { type PlaceDirectory, placeRoutes } from '#registers/places/index.ts';
import { retentionRoutes, shippedFields } from '#registers/retention/index.ts';
import { type SigninSettings, signinRoutes } from '#registers/signin/index.ts';
import { traceRoutes } from '#registers/trace/index.ts';
import { taskRoutes } from '#response/tasks/index.ts';
import { commandRoutes, type LiveFeed } from '#views/command/index.ts';
import { exportRoutes } from '#views/exports/index.ts';
import { alertRoutes } from '#watch/alerts/index.ts';
import { reasonsRoutes } from '#watch/reasons/index.ts';
import { ruleRoutes } from '#watch/rules/index.ts';
import { companionRoutes } from '#watch/companions/index.ts';
import { signalsRoutes } from '#watch/signals/index.ts';
import { allPurgers } from './keeping/lists.ts';
import { chance, clock, type Opened } from './open.ts';
import { MANDATE_STORES } from './schedule.ts';

export type RouteDeps = Opened & {
  readonly log: Log;
  readonly areas: AreaDirectory;
  readonly places: PlaceDirectory;
  readonly live: LiveFeed;
  /** Where the raw log lies, for what retention says of it. */
  readonly logFolder?: string;
  /** How one signs in; second factors are offered, and nothing else, without. */
  readonly signin?: SigninSettings;
};

const guardPassword = (db: Db, actor: Actor, now: number) =>
  guardBulk(db, actor, { kind: 'password', persons: 1, incident: null }, now);

/** Every route of the house, floor by floor. */
export function allRoutes(deps: RouteDeps): Route[] {
  const { vault, lake, log, areas, places, db, live, mandateKeys, signer } = deps;
  const registers = { areas, places, vault };
  const intake = { db, log, clock, chance };
  return [
    ...traceRoutes({ namesOf, roleWords: (role) => ROLE_WORDS[role as Role] }),
    ...accessRoutes({ guardPassword }),
    ...signinRoutes({
      db,
      vault,
      chance,
      settings: deps.signin ?? { secondFactor: 'offered' },
      personOfPhone: (tx, phone) => personOfPhone(tx, vault, phone),
    }),
    ...areaRoutes(),
    ...placeRoutes(),
    ...diseaseRoutes(),
    ...postRoutes(),
    ...misuseRoutes({ vault }),
    ...mandateRoutes({ keys: mandateKeys, signer, stores: MANDATE_STORES }),
    ...peopleRoutes({ vault }),
    ...sightRoutes({ vault, db }),
    ...retentionRoutes({
      db,
      vault,
      fields: shippedFields(),
      purgers: allPurgers({ db, lake, logFolder: deps.logFolder, reactions: {}, clock }),
    }),
    ...sourcesRoutes({
      ...intake,
      isBehind: backlogGate(intake),
      check: (row, source, now) =>
        checkDecoded(row, source, (code) => places.byCode.get(code), now),
    }),
    ...recordsRoutes({ lake, vault, receive: intake }),
    ...ruleRoutes({ db, lake, vault, keys: mandateKeys, resolver: newResolver(vault, { places }) }),
    ...signalsRoutes(),
    ...companionRoutes({ lake, vault, places, keys: mandateKeys }),
    ...alertRoutes({ ...registers, chance }),
    ...reasonsRoutes({ lake, places, keys: mandateKeys }),
    ...taskRoutes({ ...registers, chance }),
    ...exportRoutes(registers),
    ...commandRoutes({
      areas,
      places,
      lake,
      live,
      freshness: (on, now) => on.read((tx) => sourceActivity(tx, now)),
    }),
  ];
}
