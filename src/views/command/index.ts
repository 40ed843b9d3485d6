export { commandPermits } from './access.ts';
export { type CommandDeps, commandRoutes } from './routes.ts';
export { type LiveDeps, type LiveFeed, liveFeed } from './live.ts';
