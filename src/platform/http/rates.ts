import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Refusal, refuse } from '#base/refusal.ts';
import type { Clock } from '#base/time.ts';

/** Token buckets of one process: `burst` at once, `perSecond` after that. */
export type Rate = { readonly perSecond: number; readonly burst: number };

export type Rates = {
  /** Of one address, signed in or not: an office of some hundred people may share one. */
  readonly address: Rate;
  /** Of one signed-in actor, over all sessions. */
  readonly actor: Rate;
  /** Of one source key: uploads hold many rows, so few requests carry much. */
  readonly key: Rate;
};

export const RATES: Rates = {
  address: { perSecond: 400, burst: 8_000 },
  actor: { perSecond: 20, burst: 600 },
  key: { perSecond: 200, burst: 4_000 },
};

/** Buckets remembered at once, of one kind; beyond that the one unused for longest is forgotten. */
export const BUCKETS_MAX = 20_000;

type Bucket = { tokens: number; at: number };

/**
 * Answers how many milliseconds to wait, 0 to go on. A forgotten bucket is a full one: a flood of
 * addresses can make the house forgetful, never full.
 */
export function newBuckets({ perSecond, burst }: Rate, bucketsMax = BUCKETS_MAX) {
  const kept = new Map<string, Bucket>();
  return {
    take(name: string, now: number): number {
      const was = kept.get(name) ?? { tokens: burst, at: now };
      const passed = Math.max(0, now - was.at);
      const tokens = Math.min(burst, was.tokens + (passed / 1000) * perSecond);
      kept.delete(name); // set again below: a Map keeps the order of setting, oldest first
      const left = tokens >= 1 ? tokens - 1 : tokens;
      kept.set(name, { tokens: left, at: now });
      const oldest = kept.size > bucketsMax ? kept.keys().next().value : undefined;
      if (oldest !== undefined) kept.delete(oldest);
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000);
    },
    count: (): number => kept.size,
  };
}
export type Buckets = ReturnType<typeof newBuckets>;

/** Says no with the time to come back; undefined: go on. */
type No = (reply: FastifyReply) => Refusal;
export type Limiter = {
  readonly address: (request: FastifyRequest) => No | undefined;
  readonly caller: (request: FastifyRequest, permit: string, actorId: number) => No | undefined;
};

const TOO_MANY = refuse('too-many', 'too-many-requests', {
  zh: '请求过于频繁，请稍候再试。',
  en: 'Too many requests; wait a little.',
});

const noFor = (waitMs: number): No | undefined =>
  waitMs === 0
    ? undefined
    : (reply) => {
        reply.header('Retry-After', String(Math.ceil(waitMs / 1000)));
        return TOO_MANY;
      };

/** What was sent stands for the key, hashed: no list of keys lies about in memory. */
const keyName = (request: FastifyRequest): string =>
  createHash('sha256')
    .update(request.headers.authorization ?? request.headers['x-api-key']?.toString() ?? '')
    .digest('base64');

/** The limits of one server process; none without rates. */
export function limiter(rates: Rates | undefined, clock: Clock): Limiter {
  if (!rates) return { address: () => undefined, caller: () => undefined };
  const [addresses, actors, keys] = [rates.address, rates.actor, rates.key].map((it) =>
    newBuckets(it),
  ) as [Buckets, Buckets, Buckets];
  return {
    address: (request) => noFor(addresses.take(request.ip, clock())),
    caller(request, permit, actorId) {
      if (permit === 'open') return undefined;
      if (permit === 'source-key') return noFor(keys.take(keyName(request), clock()));
      return noFor(actors.take(String(actorId), clock()));
    },
  };
}
