export { tell } from './tell.ts';
export type { Reaction, Reactions } from './reactions.ts';
export { drain, hearAllAgain, type RunOptions, runReactions } from './run.ts';
export { followFacts } from './follow.ts';
export { type ParkedFact, parked, retryParked } from './parked.ts';
export { pruneFacts, reactionsBehind } from './horizon.ts';
export { factPurgers } from './keeping.ts';
