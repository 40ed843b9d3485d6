export { commandPermits } from './access.ts';
export { type CommandDeps, commandRoutes } from './routes.ts';
export { type LiveDeps, liveFeed } from './live.ts';
