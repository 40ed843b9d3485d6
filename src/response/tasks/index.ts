export { taskFilter } from './contract.ts';
export { taskPermits } from './access.ts';
export { dispatchForAlert, tightenForAlert, withdrawForAlert } from './moves/dispatch.ts';
export { escalateOverdue } from './moves/escalate.ts';
export { type TaskDeps, taskRoutes } from './routes.ts';
export { type TaskFigures, taskFigures } from './reads/board.ts';
export { countFound, personsAssigned, tasksPage } from './reads/lists.ts';
export { rowsOf } from './reads/view.ts';
export { personsTasked, taskPurgers, tasksSealed } from './keeping.ts';
