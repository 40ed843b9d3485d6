import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Actor, Scope } from '#base/access.ts';
import type { Endpoint } from '#base/contract.ts';
import type { Refusal } from '#base/refusal.ts';
import type { Db, Tx } from '#platform/db/index.ts';

/** What a handler is given: the checked input, who asks, what they may see, and when it is. */
export type Call<P, Q, B> = {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** The house itself on `open` and `source-key` routes, where nobody is signed in. */
  readonly actor: Actor;
  readonly scope: Scope;
  readonly now: number;
  readonly db: Db;
  /** The Idempotency-Key header, if any. */
  readonly key: string | undefined;
  /** Runs a verb in one transaction, once per Idempotency-Key. */
  readonly once: <T>(work: (tx: Tx) => Promise<T | Refusal>) => Promise<T | Refusal>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};

/** Returned by a handler that has written the reply itself (streams, downloads). */
export const SENT = Symbol('sent');

export type Route = {
  readonly endpoint: Endpoint;
  readonly handle: (call: Call<unknown, unknown, unknown>) => Promise<unknown>;
};

type Out<S> = S extends z.ZodType ? z.output<S> : undefined;

/** Joins an endpoint to the function that answers it; the answer's type is the contract's. */
export function route<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends z.ZodType,
>(
  endpoint: Endpoint<P, Q, B, A>,
  handle: (call: Call<Out<P>, Out<Q>, Out<B>>) => Promise<z.input<A> | Refusal | typeof SENT>,
): Route {
  // The schemas of the endpoint make these inputs true at run time; the list of routes forgets
  // them.
  return { endpoint, handle: handle as Route['handle'] };
}
