import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Gauge, type Registry } from 'prom-client';
import { accountOf } from '#intake/records/index.ts';
import { refuse } from '#base/refusal.ts';
import { languageOf, problemOf } from '#platform/http/index.ts';
import { hashToken } from '#platform/secrets/index.ts';
import { parked } from '#platform/outbox/index.ts';
import { clock, type Opened } from '../open.ts';

/** Figures that are counted in the database are counted again after so long, not at every ask. */
const FIGURES_MS = 5_000;
const NOT_HERE = refuse('forbidden', 'metrics-elsewhere', {
  zh: '指标只供本机读取；从别处读取须带 METRICS_TOKEN。',
  en: 'Metrics are for this machine; elsewhere send the METRICS_TOKEN.',
});

type Metrics = { readonly registry: Registry };

/** From this machine, or with the token. Behind a trusted proxy the address is the client's. */
function mayRead(request: FastifyRequest, token: string | undefined): boolean {
  const sent = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (token && sent && timingSafeEqual(hashToken(token), hashToken(sent))) return true;
  return /^(127\.|::1$|::ffff:127\.)/.test(request.ip);
}

/**
 * `/healthz`: the process lives. `/readyz`: database and lake answer. `/metrics`: Prometheus
 * text.
 */
export function mountHealth(
  app: FastifyInstance,
  opened: Pick<Opened, 'db' | 'lake'>,
  metrics: Metrics,
  metricsToken?: string,
): void {
  const { db, lake } = opened;
  const { registry } = metrics;
  gaugeRows(opened, registry);
  app.get('/healthz', async () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const checks = await Promise.allSettled([
      db.read((tx) => tx.row('select 1')),
      lake.query('select 1'),
    ]);
    const [database, evidence] = checks.map((it) => it.status === 'fulfilled');
    const ok = database === true && evidence === true;
    return reply.status(ok ? 200 : 503).send({ ok, database, lake: evidence });
  });
  app.get('/metrics', async (request, reply) => {
    if (mayRead(request, metricsToken))
      return reply.type(registry.contentType).send(await registry.metrics());
    const { status, body } = problemOf(NOT_HERE, languageOf(request.headers['accept-language']));
    return reply.status(status).type('application/problem+json').send(body);
  });
}

/** The account of rows and the facts that wait for a person, counted when they are asked for. */
function gaugeRows({ db }: Pick<Opened, 'db'>, registry: Registry): void {
  const account = keptFor(FIGURES_MS, () => db.read((tx) => accountOf(tx, clock())));
  const left = keptFor(FIGURES_MS, async () => (await db.read(parked)).length);
  const rows = new Gauge({
    name: 'fenghuo_rows',
    help: 'Rows the city was ever sent, by verdict',
    labelNames: ['verdict'] as const,
    registers: [registry],
    async collect() {
      const { city } = await account();
      for (const [verdict, count] of Object.entries(city)) rows.set({ verdict }, count);
    },
  });
  const waiting = new Gauge({
    name: 'fenghuo_parked_facts',
    help: 'Facts set aside after repeated failure',
    registers: [registry],
    async collect() {
      waiting.set(await left());
    },
  });
}

/** Asks at most once in so long; what failed is asked again at once. */
function keptFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let at = Number.NEGATIVE_INFINITY;
  let kept: Promise<T> | undefined;
  return () => {
    if (kept && clock() - at < ms) return kept;
    at = clock();
    const asked = ask();
    asked.catch(() => {
      if (kept === asked) kept = undefined;
    });
    kept = asked;
    return asked;
  };
}
