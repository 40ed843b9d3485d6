import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Our own code and our own server, nothing else. Maps draw from blobs in a worker of their own. */
const PAGE_CSP = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** An answer of the API is data: opened as a page, it may load, run and frame nothing at all. */
const API_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Addresses hold ids of cases and people: no other site hears where a click came from.
  'referrer-policy': 'no-referrer',
  'permissions-policy':
    'camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-permitted-cross-domain-policies': 'none',
};

/** One year, with every host below ours: the least ASVS 5.0 V3.4.1 asks for. */
const HSTS = 'max-age=31536000; includeSubDomains';

const isApi = (url: string): boolean => url.startsWith('/api/') && !url.startsWith('/api/docs');

/**
 * Sets what every answer carries on the bare response, so that streams and answers of the framework
 * itself carry it too. A route's own header of the same name wins.
 */
export function markAnswer(request: FastifyRequest, reply: FastifyReply): void {
  const out = reply.raw;
  for (const [name, value] of Object.entries(ALWAYS)) out.setHeader(name, value);
  out.setHeader('content-security-policy', isApi(request.url) ? API_CSP : PAGE_CSP);
  // Answers name persons: none of them stays on a shared computer after signing out.
  if (request.url.startsWith('/api/')) out.setHeader('cache-control', 'no-store');
  if (request.protocol === 'https') out.setHeader('strict-transport-security', HSTS);
}

/** Every answer from here on, whatever route gives it. */
export function markAnswers(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    markAnswer(request, reply);
    done();
  });
}
