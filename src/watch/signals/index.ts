export { SIGNALS_ACTIONS } from './access.ts';
export type { Evidence, EvidenceRecord, Signal, WhyNode } from './contract.ts';
export { hostMatching, type Matching, type MatchingDeps } from './host.ts';
export { signalsRoutes } from './routes.ts';
export { signalsById, throttles } from './store.ts';
export { signalPurgers } from './keeping.ts';
