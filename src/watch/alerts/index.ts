export { alertPermits } from './access.ts';
export { considerSignals } from './consider.ts';
export { closeForTask, linkTask, noteTask } from './close.ts';
export { type AlertDeps, alertRoutes } from './routes.ts';
export {
  type AlertBrief,
  type AlertFigures,
  type AreaCount,
  alertBrief,
  alertFigures,
  alertPoints,
  countByArea,
} from './read.ts';
