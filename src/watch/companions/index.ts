export { actions as COMPANION_ACTIONS } from './access.ts';
export type { CompanionsDeps } from './ask.ts';
export { companionRoutes } from './routes.ts';
export { inquiries } from './store.ts';
