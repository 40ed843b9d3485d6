export { exportRoutes } from './routes.ts';
export { exportPurgers } from './keeping.ts';
