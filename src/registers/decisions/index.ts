export { forgetDecisions, personsInLedger } from './keeping.ts';
export { type Decision, type DecisionKind, isLive, type NewDecision } from './model.ts';
export { recordDecision, recordDecisions } from './record.ts';
export {
  decidedBy,
  decisionsPage,
  type LiveDecision,
  liveDecisions,
  liveSealed,
  personsDecided,
  sealingOrders,
} from './store.ts';
