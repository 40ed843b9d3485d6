import { lookup } from 'node:dns/promises';
import { type IncomingMessage, type RequestOptions, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type Allowed, allowedOf, mayReach } from './address.ts';

/** Every address of a name. The system's resolver without. */
export type Resolve = (name: string) => Promise<readonly string[]>;

export type AskOptions = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Private addresses and names that may be reached all the same; none without. */
  readonly allowed?: Allowed;
  /** From the first look-up to the last byte; 10 s without. */
  readonly timeoutMs?: number;
  /** Longest body of an answer; 1 MiB without. */
  readonly bytesMax?: number;
  readonly redirectsMax?: number;
  readonly resolve?: Resolve;
};

export const OUTBOUND_LIMITS = { timeoutMs: 10_000, bytesMax: 2 ** 20, redirectsMax: 3 };

/** A request that was not sent, or whose answer was not taken. Names the host, never the path. */
export class OutboundFault extends Error {
  override readonly name = 'OutboundFault';
  readonly code: 'scheme' | 'address' | 'redirect' | 'timeout' | 'too-large' | 'line';

  constructor(code: OutboundFault['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

const NONE = allowedOf('');
const REDIRECTS = [301, 302, 303, 307, 308];

const bySystem: Resolve = async (name) =>
  (await lookup(name, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * `fetch` that cannot be talked into our own network (OWASP SSRF Prevention): http and https only,
 * the name is resolved here and every address of it judged, the connection goes to the very address
 * that was judged, each redirect is judged anew, and time and size end. Throws OutboundFault.
 */
export async function safeFetch(at: string | URL, options: AskOptions = {}): Promise<Response> {
  const ending = AbortSignal.timeout(options.timeoutMs ?? OUTBOUND_LIMITS.timeoutMs);
  let url = new URL(at);
  let asked = options;
  for (let hops = options.redirectsMax ?? OUTBOUND_LIMITS.redirectsMax; ; hops--) {
    const { reply, body } = await askOnce(url, asked, ending);
    const status = reply.statusCode ?? 502;
    const { location } = reply.headers;
    if (!REDIRECTS.includes(status) || !location) return answerOf(reply, status, body);
    if (hops <= 0) throw new OutboundFault('redirect', `${url.host} redirects too often`);
    const next = new URL(location, url);
    if (url.protocol === 'https:' && next.protocol !== 'https:')
      throw new OutboundFault('redirect', `${url.host} redirects to an open line`);
    asked = following(asked, status, next.origin === url.origin);
    url = next;
  }
}

/** What goes along to the next stop: credentials stay at home, and only 307 and 308 keep a body. */
function following(asked: AskOptions, status: number, isSame: boolean): AskOptions {
  const { body, method, headers = {}, ...rest } = asked;
  const kept = Object.entries(headers).filter(
    ([name]) => isSame || !/^(authorization|cookie|proxy-authorization)$/i.test(name),
  );
  const carries = status >= 307 && isSame;
  return {
    ...rest,
    headers: Object.fromEntries(kept),
    ...(carries && method ? { method } : {}),
    ...(carries && body !== undefined ? { body } : {}),
  };
}

/** The address to connect to: every address of the name must be one we may reach. */
async function addressOf(url: URL, options: AskOptions): Promise<string> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new OutboundFault('scheme', `${url.protocol} is not spoken to the outside`);
  if (url.username || url.password)
    throw new OutboundFault('scheme', 'an address with a password in it is not asked');
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const allowed = options.allowed ?? NONE;
  const found = isIP(name) ? [name] : await resolved(name, options.resolve ?? bySystem);
  const [first] = found;
  if (first === undefined) throw new OutboundFault('line', `${name} has no address`);
  const isShut = !allowed.names.has(name) && !found.every((it) => mayReach(it, allowed));
  if (isShut) {
    throw new OutboundFault(
      'address',
      `${name} lies in a network that is not asked; OUTBOUND_ALLOW may list it`,
    );
  }
  return first;
}

async function resolved(name: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(name);
  } catch (cause) {
    throw new OutboundFault('line', `${name} cannot be resolved`, cause);
  }
}

async function askOnce(url: URL, options: AskOptions, ending: AbortSignal) {
  const address = await addressOf(url, options);
  const family = isIP(address);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const settings: RequestOptions = {
    method: options.method ?? 'GET',
    headers: { 'accept-encoding': 'identity', ...options.headers },
    agent: false,
    signal: ending,
    // The judged address and no other: a name that answers differently now is not asked again.
    lookup: (_name, { all }, done) =>
      all ? done(null, [{ address, family }]) : done(null, address, family),
  };
  try {
    const reply = await new Promise<IncomingMessage>((done, fail) => {
      const request = send(url, settings, done);
      request.once('error', fail);
      request.end(options.body);
    });
    return { reply, body: await bodyOf(reply, options.bytesMax ?? OUTBOUND_LIMITS.bytesMax) };
  } catch (cause) {
    if (cause instanceof OutboundFault) throw cause;
    if (ending.aborted) throw new OutboundFault('timeout', `${url.host} took too long`, cause);
    throw new OutboundFault('line', `${url.host} cannot be reached`, cause);
  }
}

async function bodyOf(reply: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of reply as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      reply.destroy();
      throw new OutboundFault('too-large', `an answer is longer than ${bytesMax} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function answerOf(reply: IncomingMessage, status: number, body: Buffer): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(reply.headers))
    for (const one of [value ?? []].flat()) headers.append(name, one);
  const isEmpty = status === 204 || status === 304;
  return new Response(isEmpty ? null : new Uint8Array(body), { status, headers });
}
