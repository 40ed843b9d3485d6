import type { z } from 'zod';
import type { Permit } from '#base/access.ts';
import type { Words } from '#base/words.ts';

/**
 * One request and its answer, as data. Shared with the web faces and printed as the OpenAPI
 * document.
 * `path` uses `:name` for parameters. Path, query and body are checked at the door.
 */
export type Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: `/api/${string}`;
  readonly summary: Words;
  /**
   * The permit the route asks for; 'open' needs no session, 'session' any session, 'source-key'
   * an API key.
   */
  readonly permit: Permit | 'open' | 'session' | 'source-key';
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Where the house's usual limit of a JSON body (256 KiB) is too small. */
  readonly bodyBytesMax?: number;
  readonly answer: Answer;
};

export const endpoint = <
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends z.ZodType,
>(
  e: Endpoint<P, Q, B, A>,
): Endpoint<P, Q, B, A> => e;
