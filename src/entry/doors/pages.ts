import { existsSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Endpoint } from '#base/contract.ts';
import { refuse } from '#base/refusal.ts';
import { languageOf, openApiOf, problemOf } from '#platform/http/index.ts';
import { DOC_STYLE, docPage } from './doc-page.ts';
import { FACES } from '../start/faces.ts';

const NO_PAGE = refuse('missing', 'no-such-page', {
  zh: '没有这个地址。',
  en: 'There is nothing at this address.',
});

const HASHED = /\/assets\//;

/** The faces, the map tiles and the API's own page. */
export async function mountPages(
  app: FastifyInstance,
  endpoints: readonly Endpoint[],
  tilesFolder: string,
  version: string,
) {
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
  app.setNotFoundHandler(answerUnknown);
}

/** Views of a face are paths of its own router: they are answered with the face itself. */
function answerUnknown(request: FastifyRequest, reply: FastifyReply) {
  const face = /^\/(command|desk|field)\//.exec(request.url)?.[1];
  const wantsPage = request.method === 'GET' && request.headers.accept?.includes('text/html');
  if (face && wantsPage && existsSync(FACES)) return reply.sendFile(`${face}/index.html`);
  const { status, body } = problemOf(NO_PAGE, languageOf(request.headers['accept-language']));
  return reply.status(status).type('application/problem+json').send(body);
}

function cacheHeaders(reply: Pick<FastifyReply, 'header'>, path: string): void {
  reply.header(
    'Cache-Control',
    HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
  );
}
