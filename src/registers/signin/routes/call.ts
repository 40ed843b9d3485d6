import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '#base/access.ts';
import { isRefusal, type Refusal, refuse } from '#base/refusal.ts';
import { giveSession, hostCookie, sessionCookie } from '#platform/http/index.ts';
import { newToken } from '#platform/secrets/index.ts';
import { actionsOf, type Begun, ROLE_WORDS, ROLES } from '#registers/access/index.ts';
import type { Me } from '../contract.ts';
import type { From, RelyingParty, SigninDeps } from '../deps.ts';
import { deviceWords, KNOWN_MS } from '../model.ts';
import { rememberDevice } from '../store.ts';

const KNOWN_COOKIE = 'fenghuo_known';

export const meOf = (actor: Actor): Me => ({
  id: actor.id,
  login: actor.login,
  name: actor.name,
  roles: [...actor.roles],
  roleWords: ROLES.filter((role) => actor.roles.includes(role)).map((role) => ROLE_WORDS[role]),
  areaCode: actor.areaCode,
  actions: actionsOf(actor),
  must: actor.must ?? null,
});

/** The host passkeys are bound to: PUBLIC_URL's, else the one the browser asked. */
export function rpOf(deps: SigninDeps, request: FastifyRequest): RelyingParty {
  const { publicUrl } = deps.settings;
  const origin = publicUrl ? new URL(publicUrl).origin : `${request.protocol}://${request.host}`;
  return { id: URL.canParse(origin) ? new URL(origin).hostname : 'invalid', origin };
}

export const fromOf = (deps: SigninDeps, request: FastifyRequest): From => ({
  device: deviceWords(request.headers['user-agent'] ?? ''),
  address: request.ip,
  oldToken: request.cookies[sessionCookie(request)],
  known: request.cookies[hostCookie(request, KNOWN_COOKIE)],
  rp: rpOf(deps, request),
});

type Asked = {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly now: number;
};

/** Gives the browser its session and remembers it as one the owner uses. */
export async function welcome(deps: SigninDeps, call: Asked, begun: Begun): Promise<Me> {
  const { request, reply, now } = call;
  giveSession(request, reply, begun);
  const known = request.cookies[hostCookie(request, KNOWN_COOKIE)] ?? newToken();
  await deps.db.tx((tx) => rememberDevice(tx, known, begun.actor.id, now));
  reply.setCookie(hostCookie(request, KNOWN_COOKIE), known, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
    expires: new Date(now + KNOWN_MS),
  });
  return meOf(begun.actor);
}

export const welcomed = async (deps: SigninDeps, call: Asked, entered: Begun | Refusal) =>
  isRefusal(entered) ? entered : welcome(deps, call, entered);

const NOT_A_PERSON = refuse('forbidden', 'not-a-person', {
  zh: '设备密钥不能管理账号。',
  en: 'A device’s key manages no account.',
});
/** Accounts are for people: a device's key neither reads nor changes one. */
export const personOnly = (actor: Actor): Refusal | undefined =>
  actor.only ? NOT_A_PERSON : undefined;
