export type { Fact, FactBodies, FactKind, Heard } from './facts.ts';
export { factOf } from './facts.ts';
