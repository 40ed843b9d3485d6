import type { FastifyInstance } from 'fastify';
import { Gauge, type Registry } from 'prom-client';
import { accountOf } from '#intake/records/index.ts';
import { parked } from '#platform/outbox/index.ts';
import { clock, type Opened } from '../open.ts';

type Metrics = { readonly registry: Registry };

/**
 * `/healthz`: the process lives. `/readyz`: database and lake answer. `/metrics`: Prometheus
 * text.
 */
export function mountHealth(app: FastifyInstance, opened: Opened, metrics: Metrics): void {
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
  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}

/** The account of rows and the facts that wait for a person, counted when they are asked for. */
function gaugeRows({ db }: Opened, registry: Registry): void {
  const rows = new Gauge({
    name: 'fenghuo_rows',
    help: 'Rows the city was ever sent, by verdict',
    labelNames: ['verdict'] as const,
    registers: [registry],
    async collect() {
      const { city } = await db.read((tx) => accountOf(tx, clock()));
      for (const [verdict, count] of Object.entries(city)) rows.set({ verdict }, count);
    },
  });
  const waiting = new Gauge({
    name: 'fenghuo_parked_facts',
    help: 'Facts set aside after repeated failure',
    registers: [registry],
    async collect() {
      waiting.set((await db.read(parked)).length);
    },
  });
}
