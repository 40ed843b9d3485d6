import type { FastifyReply, FastifyRequest } from 'fastify';

type Asked = Pick<FastifyRequest, 'headers' | 'cookies' | 'protocol'>;

/**
 * The name of the session cookie. On https `__Host-` binds it to this very host: no neighbour below
 * the same domain can plant one. Browsers refuse that prefix on plain http, which has a plain name.
 */
export const sessionCookie = ({ protocol }: Pick<FastifyRequest, 'protocol'>): string =>
  protocol === 'https' ? '__Host-fenghuo_session' : 'fenghuo_session';

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
