import {
  type KeySource,
  openWrappedVault,
  rootSource,
  type SuiteName,
  suiteNamed,
  transitSource,
  type Vault,
} from '#platform/secrets/index.ts';
import { allowedOf, safeFetch } from '#platform/outbound/index.ts';

/** Where the keys of a house come from, as the environment says. */
export type KeysFrom = {
  readonly home: string;
  readonly key: string | undefined;
  readonly source: KeySource | undefined;
  readonly suite: SuiteName;
};

/**
 * FENGHUO_KEY: the data keys themselves. FENGHUO_ROOT_KEY: a root that wraps those of the home.
 * FENGHUO_KMS_URL with FENGHUO_KMS_TOKEN: a key service that does (Vault Transit dialect); private
 * addresses must be named in OUTBOUND_ALLOW. None: key files of the home. FENGHUO_SUITE: std or sm.
 */
export function keysFrom(home: string, env: NodeJS.ProcessEnv): KeysFrom {
  const suite = suiteNamed(env.FENGHUO_SUITE);
  const [url, token] = [env.FENGHUO_KMS_URL, env.FENGHUO_KMS_TOKEN];
  if (url && !token) throw new Error('FENGHUO_KMS_URL is set without FENGHUO_KMS_TOKEN');
  const set = ['FENGHUO_KEY', 'FENGHUO_ROOT_KEY', 'FENGHUO_KMS_URL'].filter((name) => env[name]);
  if (set.length > 1) throw new Error(`${set.join(' and ')} are set: keys have one origin`);
  return { home, key: env.FENGHUO_KEY || undefined, source: sourceOf(env, suite), suite };
}

function sourceOf(env: NodeJS.ProcessEnv, suite: SuiteName): KeySource | undefined {
  if (env.FENGHUO_ROOT_KEY) return rootSource(env.FENGHUO_ROOT_KEY, suite);
  const [url, token] = [env.FENGHUO_KMS_URL, env.FENGHUO_KMS_TOKEN];
  if (!url || !token) return undefined;
  const allowed = allowedOf(env.OUTBOUND_ALLOW);
  return transitSource({ url, token }, (to, ask) =>
    safeFetch(to, {
      method: ask.method,
      headers: ask.headers,
      body: ask.body,
      allowed,
      redirectsMax: 0,
    }),
  );
}

export const openHouseVault = (home: string, env: NodeJS.ProcessEnv): Promise<Vault> =>
  openWrappedVault(keysFrom(home, env));

/** Running processes look for new keys this often; a value that names one is looked up at once. */
const REFRESH_MS = 1_000;

/** Keeps a vault at what the home says. Answers how to stop. */
export function keepKeys(vault: Vault, onFault: (fault: unknown) => void): () => void {
  const timer = setInterval(() => void vault.refresh().catch(onFault), REFRESH_MS);
  return () => clearInterval(timer);
}
