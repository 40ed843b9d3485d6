export { aboutPersons, type Entry, hasEntry, writeEntry } from './write.ts';
export type { EntryView } from './contract.ts';
export {
  CHECKPOINT_EVERY_MS,
  type CheckpointDeps,
  markChain,
  readCheckpoint,
} from './checkpoint.ts';
export { traceNotes } from './door.ts';
export { linkEntries } from './link.ts';
export { type EntryFilter, listEntries } from './list.ts';
export { type Checkpoint, type TraceFault, wordsOfFault } from './model.ts';
export { patrolChain } from './patrol.ts';
export { type TraceDeps, traceRoutes } from './routes.ts';
export { type Verified, verifyTrace, type VerifyOptions } from './verify.ts';
