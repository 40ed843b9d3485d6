import type { z } from 'zod';
import type { Endpoint } from '#base/contract.ts';
import type { FieldError } from '#base/refusal.ts';
import type { Words } from '#base/words.ts';
import { provenAgain } from './account/asker.ts';

/** A no from the house, or a line that is down: thrown by `call`, shown by the error state or a toast. */
export class CallError extends Error {
  override readonly name = 'CallError';
  /** HTTP status; 0 when the line was down. */
  readonly status: number;
  readonly code: string;
  readonly words: Words;
  readonly errors: readonly FieldError[];

  constructor(status: number, code: string, words: Words, errors: readonly FieldError[] = []) {
    super(`${code}: ${words.en}`);
    this.status = status;
    this.code = code;
    this.words = words;
    this.errors = errors;
  }
}

type Part<T> = T extends z.ZodType ? z.input<T> : never;
export type Input<P, Q, B> = {
  params?: Part<P>;
  query?: Part<Q>;
  body?: Part<B>;
  /** Idempotency key; made for every POST that brings none. */
  key?: string;
  /** Why people are looked at, as a code of PURPOSES (ui/purpose.tsx); a header carries no Chinese. */
  purpose?: string;
  signal?: AbortSignal;
};

/** 22 letters of chance. Not randomUUID: that one is missing where the page came without TLS. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

/** The address of a call: `:name` filled from params, the query appended without empty values. */
export function addressOf(path: string, params?: unknown, query?: unknown): string {
  const given = (params ?? {}) as Record<string, string | number>;
  const filled = path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(given[name] ?? '')),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries((query ?? {}) as Record<string, unknown>)) {
    if (value === undefined || value === null || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  const tail = search.toString();
  return tail ? `${filled}?${tail}` : filled;
}

const OFFLINE: Words = {
  zh: '连不上服务器，请稍后再试',
  en: 'The server cannot be reached. Try again.',
};

/** Asks one endpoint. Throws CallError on any no; a lost session leads to the sign-in page. */
export async function call<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends z.ZodType,
>(endpoint: Endpoint<P, Q, B, A>, input: Input<P, Q, B> = {}): Promise<z.output<A>> {
  const reply = await ask(endpoint, input);
  return (reply.status === 204 ? undefined : await reply.json()) as z.output<A>;
}

/** The same for an endpoint that answers a file. */
export const callFile = async <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  endpoint: Endpoint<P, Q, B>,
  input: Input<P, Q, B> = {},
): Promise<Blob> => (await ask(endpoint, input)).blob();

async function ask<P, Q, B>(
  endpoint: Pick<Endpoint, 'method' | 'path' | 'permit'>,
  input: Input<P, Q, B>,
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (input.body !== undefined) headers['content-type'] = 'application/json';
  if (endpoint.method !== 'GET') headers['idempotency-key'] = input.key ?? freshKey();
  if (input.purpose) headers['x-purpose'] = encodeURIComponent(input.purpose);
  const reply = await send(addressOf(endpoint.path, input.params, input.query), {
    method: endpoint.method,
    headers,
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    ...(input.signal ? { signal: input.signal } : {}),
  });
  if (reply.ok) return reply;
  const problem = await problemOf(reply);
  if (problem.status === 401 && endpoint.permit !== 'open') toSignIn();
  // A given password or a missing second factor stands before everything: the door deals with it.
  if (problem.code === 'change-first' || problem.code === 'enrol-first') toSignIn();
  if (problem.code === 'prove-again' && (await provenAgain())) return ask(endpoint, input);
  throw problem;
}

async function send(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { credentials: 'same-origin', ...init });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new CallError(0, 'offline', OFFLINE);
  }
}

type Problem = {
  code?: string;
  title?: string;
  detail?: string;
  text?: Words;
  errors?: FieldError[];
};

async function problemOf(reply: Response): Promise<CallError> {
  let body: Problem = {};
  try {
    body = (await reply.json()) as Problem;
  } catch {
    // A proxy's page, not our problem+json: the status has to do.
  }
  const plain = body.detail ?? body.title ?? `HTTP ${reply.status}`;
  const words = body.text ?? { zh: plain, en: plain };
  return new CallError(reply.status, body.code ?? String(reply.status), words, body.errors ?? []);
}

/** Every face keeps where it was, so that signing in leads back. */
export function toSignIn(): void {
  const next = location.pathname + location.search;
  location.assign(`/?next=${encodeURIComponent(next)}`);
}
