export { aboutPersons, type Entry, hasEntry, writeEntry } from './write.ts';
export type { EntryView } from './contract.ts';
export { type EntryFilter, listEntries } from './list.ts';
export { type TraceDeps, traceRoutes } from './routes.ts';
