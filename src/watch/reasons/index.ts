export { type ReasonsDeps, reasonsRoutes } from './routes.ts';
