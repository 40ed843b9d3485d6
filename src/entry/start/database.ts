import { join } from 'node:path';
import { prepareRoles, rolePasswords, type RoleUrls, roleUrls } from '#platform/db/index.ts';
import type { Config } from '../config.ts';

const passwordsOf = (config: Config) => rolePasswords(join(config.home, 'keys'));

/** As an operator gave them, both of them; undefined when the house makes its own. */
function givenUrls({ databaseServerUrl, databaseWorkerUrl }: Config): RoleUrls | undefined {
  if (!databaseServerUrl && !databaseWorkerUrl) return undefined;
  if (!databaseServerUrl || !databaseWorkerUrl)
    throw new Error('set DATABASE_SERVER_URL and DATABASE_WORKER_URL together, or neither');
  return { server: databaseServerUrl, worker: databaseWorkerUrl };
}

/** Before the tables are migrated: makes the logins of server and worker, unless they are given. */
export const prepareLogins = async (config: Config, ownerUrl: string): Promise<RoleUrls> =>
  givenUrls(config) ?? (await prepareRoles(ownerUrl, passwordsOf(config)));

/** The logins of a house that was prepared; undefined when no database is named. */
export const loginsOf = (config: Config): RoleUrls | undefined =>
  givenUrls(config) ??
  (config.databaseUrl ? roleUrls(config.databaseUrl, passwordsOf(config)) : undefined);
