import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/**
 * Request metrics of one process: routes by their pattern, never by path, so no identifier
 * leaks.
 */
export function newMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'fenghuo_http_request_seconds',
    help: 'HTTP requests by method, route pattern and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  });
  return { registry, requests };
}
export type Metrics = ReturnType<typeof newMetrics>;
