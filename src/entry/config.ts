import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { type Edges, edgesOf } from './doors/edges.ts';
import { type SigninConfig, signinOf } from './doors/signin.ts';

/** What the environment may set. Everything has a default that works on a laptop. */
export type Config = {
  /** Data folder: databases, log, keys. */
  readonly home: string;
  readonly host: string;
  readonly port: number;
  /** The owner's: makes tables and roles. Server and worker never work with it. */
  readonly databaseUrl: string | undefined;
  /** The logins behind the wall, where an operator made them. */
  readonly databaseServerUrl: string | undefined;
  readonly databaseWorkerUrl: string | undefined;
  readonly lakeUrl: string | undefined;
  /** Addresses of TLS proxies whose X-Forwarded headers are believed; nobody's without. */
  readonly trustProxy: readonly string[] | undefined;
  /** Who sends it as a bearer token may read /metrics from anywhere; this machine always may. */
  readonly metricsToken: string | undefined;
  readonly edges: Edges;
  readonly signin: SigninConfig;
  readonly sample: SampleConfig;
};

export type SampleConfig = {
  readonly isOn: boolean;
  readonly persons: number;
  readonly historyDays: number;
  readonly seed: number;
  /** Live rows a second, on the mean. */
  readonly rowsPerSecond: number;
};

export const ROOT = join(import.meta.dirname, '../..');
export const MAIN = join(import.meta.dirname, 'main.ts');

function numberOf(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name}=${text} is not a number ≥ 0`);
  return value;
}

/** `loopback`, or addresses and CIDR ranges with commas between them. */
function proxiesOf(text: string | undefined): readonly string[] | undefined {
  if (!text || text === 'off') return undefined;
  const list = text.split(',').map((it) => it.trim());
  const wrong = list.find((it) => it !== 'loopback' && isIP(it.replace(/\/\d{1,3}$/, '')) === 0);
  if (wrong !== undefined)
    throw new Error(`TRUST_PROXY=${text} is neither off, loopback nor a list of addresses`);
  return list;
}

/** Reads the environment; throws a sentence that names the variable when a value cannot be used. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    home: resolve(env.FENGHUO_HOME || '.fenghuo'),
    host: env.HOST || '127.0.0.1',
    port: numberOf(env, 'PORT', 7600),
    databaseUrl: env.DATABASE_URL || undefined,
    databaseServerUrl: env.DATABASE_SERVER_URL || undefined,
    databaseWorkerUrl: env.DATABASE_WORKER_URL || undefined,
    lakeUrl: env.LAKE_URL || undefined,
    trustProxy: proxiesOf(env.TRUST_PROXY),
    metricsToken: env.METRICS_TOKEN || undefined,
    edges: edgesOf(env),
    signin: signinOf(env, env.FENGHUO_SAMPLE !== 'off'),
    sample: {
      isOn: env.FENGHUO_SAMPLE !== 'off',
      persons: numberOf(env, 'FENGHUO_PERSONS', 100_000),
      historyDays: numberOf(env, 'FENGHUO_DAYS', 28),
      seed: numberOf(env, 'FENGHUO_SEED', 20_261_121),
      rowsPerSecond: numberOf(env, 'FENGHUO_RATE', 20),
    },
  };
}

const packageFile = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
};
export const VERSION = packageFile.version;
