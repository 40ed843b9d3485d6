import cookie from '@fastify/cookie';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Actor, HOUSE, type Permit, type Scope } from '#base/access.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import type { Clock } from '#base/time.ts';
import type { Db } from '#platform/db/index.ts';
import { tokenOf } from './cookie.ts';
import { markAnswer, markAnswers } from './headers.ts';
import { readInput } from './input.ts';
import { type Metrics, newMetrics } from './metrics.ts';
import { type Asked, noted, noteOf, type Notes, noting } from './noting.ts';
import { type AnswerSealer, runOnce } from './once.ts';
import { languageOf, problemOf } from './problem.ts';
import { limiter, type Limiter, type Rates } from './rates.ts';
import { type Route, SENT } from './route.ts';

const PURPOSE_CHARS_MAX = 60;
export const LIMITS = {
  /** Of a route that names no other. */
  jsonBodyBytesMax: 256 * 2 ** 10,
  headerBytesMax: 16 * 2 ** 10,
  headersMax: 100,
  /** All headers of a request must be here so long after its first byte. */
  headersMs: 20_000,
  /** A whole JSON body must be here so long after its headers. */
  jsonBodyMs: 30_000,
  keyCharsMax: 200,
  silenceMs: 120_000,
};

/** Who is calling and what may they see: `registers/access` answers; this room only asks. */
export type Gate = Notes & {
  readonly authenticate: (token: string, now: number) => Promise<Actor | undefined>;
  readonly scopeFor: (
    actor: Actor,
    permit: Permit,
    purpose: string,
    now: number,
  ) => Scope | Refusal;
};

export type HttpOptions = {
  readonly db: Db;
  readonly clock: Clock;
  readonly gate: Gate;
  readonly routes: readonly Route[];
  readonly onFault: (fault: unknown, where: string) => void;
  /** Addresses of proxies whose word about client and scheme is taken; nobody's without. */
  readonly trustProxy?: readonly string[] | undefined;
  /** LIMITS.jsonBodyMs without. */
  readonly jsonBodyMs?: number;
  /** How often one address, actor or source key may ask; unlimited without. */
  readonly rates?: Rates | undefined;
  /** Seals first answers that are kept for retries; in the clear without (tests). */
  readonly sealer?: AnswerSealer | undefined;
};

const SIGN_IN = refuse('unauthenticated', 'sign-in', { zh: '请先登录。', en: 'Please sign in.' });
const CROSS_SITE = refuse('forbidden', 'cross-site', {
  zh: '此请求不是从本站发出的。',
  en: 'This request did not come from our own pages.',
});
const NOT_JSON = refuse('invalid', 'content-type', {
  zh: '请求内容须为 application/json。',
  en: 'The body of this request is application/json.',
});
const KEY_TOO_LONG = refuse('invalid', 'key-too-long', {
  zh: `Idempotency-Key 最长 ${LIMITS.keyCharsMax} 个字符。`,
  en: `An Idempotency-Key has at most ${LIMITS.keyCharsMax} characters.`,
});
const BAD_URL = refuse('invalid', 'bad-url', {
  zh: '地址无法读取，请检查百分号编码。',
  en: 'The address cannot be read; check its percent encoding.',
});
const FAULT = {
  zh: '系统暂时出错，请稍后再试；已记录。',
  en: 'Something failed on our side; it is on record. Try again.',
};

/**
 * What a browser asks must come from our own pages: by what the browser says of the page
 * (Sec-Fetch-Site), and by its Origin. Machines carry a bearer token and no cookie.
 */
function isCrossSite(request: FastifyRequest): boolean {
  if (request.headers.authorization) return false;
  const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = request.headers;
  // Another site may lead a person here by a link, and load nothing into its own pages.
  if (request.method === 'GET')
    return /^(cross|same)-site$/.test(site ?? '') && mode !== 'navigate';
  if (site !== undefined && site !== 'same-origin') return true;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== request.host;
}

type Doors = HttpOptions & { readonly limit: Limiter };
type Entered = { readonly actor: Actor; readonly scope: Scope };
/** Who came in, from the door until the answer. */
const inside = new WeakMap<FastifyRequest, Entered>();

/** Before any byte of the body is read: who may not come in is not listened to. */
async function atDoor(
  options: Doors,
  it: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const refused = async (refusal: Refusal) => sendRefusal(request, reply, refusal);
  if (isCrossSite(request)) return refused(CROSS_SITE);
  const key = request.headers['idempotency-key']?.toString() ?? '';
  if (key.length > LIMITS.keyCharsMax) return refused(KEY_TOO_LONG);
  const entered = await enter(options, it, request);
  if (isRefusal(entered)) return refused(entered);
  const tooMany = options.limit.caller(request, it.endpoint.permit, entered.actor.id);
  if (tooMany) return refused(tooMany(reply));
  inside.set(request, entered);
  return undefined;
}

async function enter(
  options: HttpOptions,
  it: Route,
  request: FastifyRequest,
): Promise<Entered | Refusal> {
  const { permit } = it.endpoint;
  const nobody = { actor: HOUSE, scope: { actor: HOUSE, areaPrefix: '-', purpose: permit } };
  if (permit === 'open' || permit === 'source-key') return nobody;
  const token = tokenOf(request);
  const actor = token ? await options.gate.authenticate(token, options.clock()) : undefined;
  if (!actor) return SIGN_IN;
  if (permit === 'session') return { actor, scope: { ...nobody.scope, actor } };
  const purpose = purposeOf(request.headers['x-purpose']) ?? permit;
  const scope = options.gate.scopeFor(actor, permit, purpose, options.clock());
  if (!isRefusal(scope)) return { actor, scope };
  const nowhere = { actor, scope: { ...nobody.scope, actor, purpose } };
  await tellRefused(options, askedOf(it, nowhere, request.params, options.clock()), scope);
  return scope;
}

/** What the trace is told of a request; undefined where nobody is signed in. */
function askedOf(
  { endpoint: { permit, method, path } }: Route,
  { actor, scope }: Entered,
  params: unknown,
  now: number,
): Asked | undefined {
  if (permit === 'open' || permit === 'source-key') return undefined;
  const { purpose, areaPrefix } = scope;
  const known = (params ?? {}) as Record<string, unknown>;
  return { actor, permit, method, path, params: known, purpose, areaPrefix, now };
}

/** A door that was tried and stayed shut: forbidden, or nothing there for who asked. */
async function tellRefused(
  { gate }: HttpOptions,
  asked: Asked | undefined,
  { kind, code }: Refusal,
): Promise<void> {
  if (asked && (kind === 'forbidden' || kind === 'missing')) await gate.refused?.(asked, code);
}

/** One line without control characters: it stands in the audit trail. */
const plain = (text: string): string =>
  text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, PURPOSE_CHARS_MAX);

/** The X-Purpose header, percent-encoded UTF-8: a header carries no Chinese as it stands. */
function purposeOf(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined;
  try {
    return plain(decodeURIComponent(header));
  } catch {
    return plain(header);
  }
}

function sendRefusal(request: FastifyRequest, reply: FastifyReply, refusal: Refusal) {
  const { status, body } = problemOf(refusal, languageOf(request.headers['accept-language']));
  // What is left of a body is not waited for: a refused sender could drip it for ever.
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  const isLeft = !request.raw.complete && (coding !== undefined || Number(length) > 0);
  if (isLeft) reply.header('Connection', 'close');
  if (status === 503 && !reply.hasHeader('Retry-After')) reply.header('Retry-After', '2');
  return reply.status(status).type('application/problem+json').send(body);
}

async function answer(
  options: HttpOptions,
  it: Route,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const { endpoint, handle } = it;
  const entered = inside.get(request);
  if (!entered) throw new Error('nobody is answered who did not come in by the door');
  const input = readInput(endpoint, request);
  if (isRefusal(input)) return sendRefusal(request, reply, input);
  const now = options.clock();
  const key = request.headers['idempotency-key']?.toString();
  const asked = {
    sealer: options.sealer,
    actorId: entered.actor.id,
    key,
    now,
    request: `${request.method} ${request.url}\n${JSON.stringify(input.body ?? null)}`,
  };
  const said = askedOf(it, entered, input.params, now);
  const note = noteOf(options.gate, said);
  // The second wall: whatever a handler forgets to ask, it is handed no more than the asker may see.
  const { areaPrefix, persons } = entered.scope;
  const db = options.db.seeing({ areaPrefix, persons, actorId: entered.actor.id });
  const result = await handle({
    ...input,
    ...entered,
    now,
    db: noting(db, note),
    key,
    request,
    reply,
    once: (work) => runOnce(db, asked, noted(work, note)),
  });
  if (result === SENT) return reply;
  if (isRefusal(result)) {
    await tellRefused(options, said, result);
    return sendRefusal(request, reply, result);
  }
  const answer = shaped(it, result);
  if (said?.method === 'GET') await options.gate.read?.(said, answer);
  return reply.send(answer);
}

/** Exactly what the contract promises goes out: nothing that a store happened to select besides. */
function shaped({ endpoint }: Route, result: unknown): unknown {
  const answer = endpoint.answer.safeParse(result ?? {});
  if (answer.success) return answer.data;
  const where = answer.error.issues.slice(0, 5).map((it) => `${it.path.join('.')} ${it.code}`);
  throw new Error(`the answer of ${endpoint.path} breaks its contract: ${where.join(', ')}`);
}

function hardened(app: FastifyInstance, options: HttpOptions, metrics: Metrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.requests.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
    done();
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 415) return sendRefusal(request, reply, NOT_JSON);
    if (status < 500) {
      const kind = status === 413 ? 'too-large' : 'invalid';
      return sendRefusal(
        request,
        reply,
        refuse(kind, 'unreadable', {
          zh: '请求无法读取：内容过大或不是合法的 JSON。',
          en: 'The request cannot be read: too large, or not valid JSON.',
        }),
      );
    }
    options.onFault(error, `${request.method} ${request.routeOptions.url ?? 'unknown route'}`);
    return reply
      .status(500)
      .type('application/problem+json')
      .send({
        type: '/problems/fault',
        title: FAULT[languageOf(request.headers['accept-language'])],
        status: 500,
        code: 'fault',
        text: FAULT,
      });
  });
}

/** A body that drips is cut off: it holds a connection and never comes to an end. */
function timed(app: FastifyInstance, bodyMs: number): void {
  const clocks = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  const stop = async (request: FastifyRequest) => clearTimeout(clocks.get(request));
  app.addHook('preParsing', async (request) => {
    clocks.set(
      request,
      setTimeout(() => request.raw.destroy(), bodyMs),
    );
  });
  // Bodies that routes stream themselves are not read before this; their rooms watch over them.
  app.addHook('preValidation', stop);
  app.addHook('onResponse', stop);
  app.addHook('onRequestAbort', stop);
}

/**
 * The HTTP side of the house, not yet listening. Bodies other than JSON are left unread for routes
 * that stream them (`call.request.raw`).
 */
export async function buildHttp(given: HttpOptions) {
  const options: Doors = { ...given, limit: limiter(given.rates, given.clock) };
  const app = fastify({
    logger: false,
    http: { maxHeaderSize: LIMITS.headerBytesMax, headersTimeout: LIMITS.headersMs },
    bodyLimit: LIMITS.jsonBodyBytesMax,
    // An upload may take long, but not in silence; live streams have a heartbeat.
    requestTimeout: 0,
    connectionTimeout: LIMITS.silenceMs,
    forceCloseConnections: true,
    trustProxy: options.trustProxy ? [...options.trustProxy] : false,
    frameworkErrors: (_error, request, reply) => {
      markAnswer(request, reply);
      sendRefusal(request, reply, BAD_URL);
    },
  });
  app.server.maxHeadersCount = LIMITS.headersMax;
  // Only JSON is read: what a form of another site can send (text, forms) is nobody's body.
  app.removeContentTypeParser('text/plain');
  const metrics = newMetrics();
  await app.register(cookie);
  markAnswers(app);
  app.addHook('onRequest', async (request, reply) => {
    const tooMany = options.limit.address(request);
    return tooMany && sendRefusal(request, reply, tooMany(reply));
  });
  hardened(app, options, metrics);
  timed(app, options.jsonBodyMs ?? LIMITS.jsonBodyMs);
  await app.register(async (streams) => {
    streams.removeAllContentTypeParsers();
    streams.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const it of options.routes.filter((r) => r.endpoint.permit === 'source-key'))
      mount(streams, options, it);
  });
  for (const it of options.routes.filter((r) => r.endpoint.permit !== 'source-key'))
    mount(app, options, it);
  return { app, metrics };
}

function mount(app: FastifyInstance, options: Doors, it: Route): void {
  app.route({
    method: it.endpoint.method,
    url: it.endpoint.path,
    bodyLimit: it.endpoint.bodyBytesMax ?? LIMITS.jsonBodyBytesMax,
    onRequest: (request, reply) => atDoor(options, it, request, reply),
    handler: (request, reply) => answer(options, it, request, reply),
  });
}
