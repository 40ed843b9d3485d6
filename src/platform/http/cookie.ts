import type { FastifyReply, FastifyRequest } from 'fastify';

type Asked = Pick<FastifyRequest, 'headers' | 'cookies' | 'protocol'>;

/**
 * What a cookie of ours is called. On https `__Host-` binds it to this very host (with path `/` and
 * Secure): no neighbour below the same domain can plant one. Browsers refuse that on plain http.
 */
export const hostCookie = (request: Pick<FastifyRequest, 'protocol'>, name: string): string =>
  request.protocol === 'https' ? `__Host-${name}` : name;

export const sessionCookie = (request: Pick<FastifyRequest, 'protocol'>): string =>
  hostCookie(request, 'fenghuo_session');

/** The session token of a request: a bearer token, else the cookie. */
export const tokenOf = (request: Asked): string | undefined =>
  /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ??
  request.cookies[sessionCookie(request)];

/** Gives the browser its session; no script reads it, and no other site's page sends it. */
export function giveSession(
  request: FastifyRequest,
  reply: FastifyReply,
  given: { readonly token: string; readonly endsAt: number },
): void {
  reply.setCookie(sessionCookie(request), given.token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: request.protocol === 'https',
    expires: new Date(given.endsAt),
  });
}

export function takeSession(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(sessionCookie(request), { path: '/', secure: request.protocol === 'https' });
}
