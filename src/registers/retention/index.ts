export { type Field, fieldsAt, shippedFields, shippedNone } from './fields.ts';
export { heldPersons } from './holds.ts';
export { holdPurgers, retentionSealed } from './keeping.ts';
export { askRun, countFields, dailyRun, dueNow, type RetentionDeps, workRun } from './run.ts';
export { retentionRoutes } from './routes.ts';
export { runById } from './store.ts';
export { newestIndex, progressOf, type TurnDeps, turnKeys, valuesByKey } from './reseal.ts';
