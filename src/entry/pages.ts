import { existsSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Endpoint } from '#base/contract.ts';
import { openApiOf } from '#platform/http/index.ts';
import { DOC_STYLE, docPage } from './doc-page.ts';
import { FACES } from './faces.ts';

/** Our own code and our own server, nothing else. Maps need blob workers; antd writes style elements. */
const CSP = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');
const STRICT_CSP = CSP.replace(" 'unsafe-inline'", '');

const HASHED = /\/assets\//;

/** The faces, the map tiles and the API's own page. */
export async function mountPages(
  app: FastifyInstance,
  endpoints: readonly Endpoint[],
  tilesFolder: string,
  version: string,
) {
  app.addHook('onSend', async (request, reply) => {
    reply.header('X-Content-Type-Options', 'nosniff').header('Referrer-Policy', 'same-origin');
    if (reply.hasHeader('Content-Security-Policy')) return;
    reply.header('Content-Security-Policy', request.url.startsWith('/field') ? STRICT_CSP : CSP);
  });
  app.get('/api/openapi.json', async () => openApiOf(endpoints, version));
  app.get('/api/docs', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(docPage(endpoints)),
  );
  app.get('/api/docs.css', async (_request, reply) => reply.type('text/css').send(DOC_STYLE));
  if (existsSync(tilesFolder))
    await app.register(fastifyStatic, {
      root: tilesFolder,
      prefix: '/tiles/',
      decorateReply: false,
    });
  if (existsSync(FACES))
    await app.register(fastifyStatic, {
      root: FACES,
      preCompressed: true,
      setHeaders: cacheHeaders,
    });
}

function cacheHeaders(reply: Pick<FastifyReply, 'header'>, path: string): void {
  reply.header(
    'Cache-Control',
    HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
  );
}
