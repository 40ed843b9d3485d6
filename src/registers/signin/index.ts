export type { Me } from './contract.ts';
export type { OidcSettings, SigninDeps, SigninSettings } from './deps.ts';
export { whoHolds } from './devices.ts';
export { inviteFirst } from './enter/first.ts';
export type { SecondFactor } from './model.ts';
export { signinRoutes } from './routes.ts';
export { pruneSignin } from './store.ts';
export { signinSealed } from './keeping.ts';
