export type { Me } from './contract.ts';
export type { OidcSettings, SigninDeps, SigninSettings } from './deps.ts';
export type { SecondFactor } from './model.ts';
export { signinRoutes } from './routes.ts';
export { pruneSignin } from './store.ts';
