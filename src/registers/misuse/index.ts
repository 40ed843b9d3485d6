export { type Bulk, guardBulk } from './guard.ts';
export { endIncident, noteIncident } from './incidents.ts';
export { type How, noteLooks, pruneLooks } from './detect/looks.ts';
export type { PersonTraits } from './model.ts';
export { type MisuseDeps, misuseRoutes } from './routes.ts';
export { type Thresholds, thresholdsAt } from './detect/thresholds.ts';
export { misusePurgers, misuseSealed } from './keeping.ts';
