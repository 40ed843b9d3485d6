export type { PersonBrief, PersonClaim, PersonFile, PersonQuery } from './contract.ts';
export type { ReachOut } from './file.ts';
export {
  idsOfFile,
  personFile,
  personOfPhone,
  purposeFor,
  reachForHolder,
  revealPhone,
} from './file.ts';
export { findPersons } from './find.ts';
export type { Attribute, PersonSeen, Resolved, Sight } from './model.ts';
export { documentFault, SIGHT, sightOf } from './model.ts';
export type { Resolver, ResolverDeps } from './resolver/resolve.ts';
export { newResolver, RESOLVE_ROWS_MAX } from './resolver/resolve.ts';
export { SYNTHETIC_ID, syntheticAmong, syntheticDb } from './resolver/synthetic.ts';
export { peopleRoutes } from './routes.ts';
export { sightRoutes } from './sight/routes.ts';
export { endDueTies, endReplacedTies } from './sight/ties.ts';
export {
  drawTraits,
  type Named,
  type Traits,
  traitsByDocument,
  traitsOfPersons,
} from './sight/traits.ts';
export { countPersons, listPersons, personBrief, personInScope, personsGone } from './store.ts';
export { peopleIndexes } from './keeping/reindex.ts';
export { peoplePurgers, peopleSealed } from './keeping/purge.ts';
