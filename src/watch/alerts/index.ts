export { alertFilter } from './contract.ts';
export { alertPermits } from './access.ts';
export { considerSignals } from './moves/consider.ts';
export { closeForTask, linkTask, noteTask } from './moves/close.ts';
export { remindUnseen } from './moves/remind.ts';
export { type AlertDeps, alertRoutes } from './routes.ts';
export {
  type AlertBrief,
  type AlertFigures,
  type AreaCount,
  alertBrief,
  alertFigures,
  alertPoints,
  alertsPage,
  countByArea,
  countFound,
} from './reads/lists.ts';
export { rowsOf } from './reads/view.ts';
export { alertPurgers, alertsSealed, personsAlerted } from './keeping.ts';
