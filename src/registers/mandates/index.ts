export { actions as MANDATE_ACTIONS } from './access.ts';
export type { FunctionView, Mandate, MandateFunction, Proposal } from './contract.ts';
export { FUNCTIONS } from './contract.ts';
export { isExercise } from './model.ts';
export { mandateById, mandatesById } from './store.ts';
export { underMandate } from './under.ts';
