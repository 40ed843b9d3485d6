import { createServer } from 'node:net';
import { RATES, type Rates } from '#platform/http/index.ts';
import { type MllpFrom, mllpFromOf } from './mllp-from.ts';
import type { TlsFiles } from './tls.ts';

/** What the environment says of the outer doors. */
export type Edges = {
  /** PEM files; without, TLS is a proxy's work or the house is for this machine only. */
  readonly tls: TlsFiles | undefined;
  /** Whether a house with TLS still takes MLLP without it. */
  readonly plainMllp: boolean;
  /** Where hospitals speak from; others are closed unread. */
  readonly mllpFrom: MllpFrom;
  /** Where a house with TLS hears its own sample city, on this machine only. */
  readonly innerPort: number | undefined;
  readonly rates: Rates;
};

/** `burst` is so many seconds' worth. */
const BURST_SECONDS = 20;

function rateOf(env: NodeJS.ProcessEnv, name: string, otherwise: Rates[keyof Rates]) {
  const text = env[name];
  if (!text) return otherwise;
  const perSecond = Number(text);
  if (!(perSecond > 0)) throw new Error(`${name}=${text} is not a number above 0`);
  return { perSecond, burst: Math.max(1, perSecond * BURST_SECONDS) };
}

/** Throws a sentence that names the variable when a value cannot be used. */
export function edgesOf(env: NodeJS.ProcessEnv): Edges {
  const { TLS_CERT: cert, TLS_KEY: key } = env;
  if (Boolean(cert) !== Boolean(key))
    throw new Error('TLS_CERT and TLS_KEY belong together: set both, or neither');
  const mllp = env.MLLP_PLAIN || 'off';
  if (mllp !== 'on' && mllp !== 'off') throw new Error(`MLLP_PLAIN=${mllp} is neither on nor off`);
  return {
    tls: cert && key ? { cert, key } : undefined,
    plainMllp: mllp === 'on',
    mllpFrom: mllpFromOf(env.MLLP_FROM),
    innerPort: Number(env.FENGHUO_INNER_PORT) || undefined,
    rates: {
      address: rateOf(env, 'REQUESTS_PER_ADDRESS', RATES.address),
      actor: rateOf(env, 'REQUESTS_PER_ACTOR', RATES.actor),
      key: rateOf(env, 'REQUESTS_PER_KEY', RATES.key),
    },
  };
}

type Doors = {
  readonly host: string;
  readonly port: number;
  readonly trustProxy: readonly string[] | undefined;
  readonly edges: Edges;
};

const isLoopback = (host: string): boolean => /^(127\.|::1$|localhost$)/.test(host);

/** What stands in the log of a house that other machines reach without TLS; undefined when none do. */
export const openDoorWarning = ({ host, trustProxy, edges }: Doors): string | undefined =>
  isLoopback(host) || edges.tls || trustProxy
    ? undefined
    : [
        `fenghuo: WARNING: ${host} is reached by other machines without TLS: passwords and`,
        "people's data pass in the clear. Set TLS_CERT and TLS_KEY, or TRUST_PROXY behind a",
        'TLS proxy (docs/operations.md).',
        `\n烽火：警告：其他机器可不经加密访问 ${host}，密码和个人信息将明文传输。`,
        '请设置 TLS_CERT 与 TLS_KEY，或在 TLS 反向代理之后设置 TRUST_PROXY（见 docs/operations.md）。',
      ].join(' ');

/** A free port of this machine for the sample city, when the outer one speaks TLS only. */
export async function innerPortFor({
  edges,
  sample,
}: Pick<Doors, 'edges'> & { readonly sample: { readonly isOn: boolean } }): Promise<
  Record<string, string>
> {
  if (!edges.tls || !sample.isOn) return {};
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  return typeof address === 'object' && address ? { FENGHUO_INNER_PORT: String(address.port) } : {};
}

/** Where the sample city sends to. */
export const innerAddress = ({ host, port, edges }: Doors): string =>
  edges.innerPort ? `127.0.0.1:${edges.innerPort}` : `${host}:${port}`;
