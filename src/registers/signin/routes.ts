import type { Route } from '#platform/http/index.ts';
import type { SigninDeps } from './deps.ts';
import { accountRoutes } from './routes/account.ts';
import { doorRoutes } from './routes/door.ts';
import { oidcRoutes } from './routes/oidc.ts';
import { otherRoutes } from './routes/other.ts';

export const signinRoutes = (deps: SigninDeps): Route[] => [
  ...doorRoutes(deps),
  ...accountRoutes(deps),
  ...oidcRoutes(deps),
  ...otherRoutes(deps),
];
