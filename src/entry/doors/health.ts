import type { FastifyInstance } from 'fastify';
import { Gauge } from 'prom-client';
import { accountOf } from '#intake/records/index.ts';
import type { Opened } from '../open.ts';

type Metrics = { readonly registry: { metrics(): Promise<string>; contentType: string } };

/** `/healthz`: the process lives. `/readyz`: database and lake answer. `/metrics`: Prometheus text. */
export function mountHealth(app: FastifyInstance, { db, lake }: Opened, metrics: Metrics): void {
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
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
