import { keepPreviousData, QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { Endpoint } from '#base/contract.ts';
import type { Page } from '#base/paging.ts';
import { SECOND } from '#base/time.ts';
import { CallError, call, type Input } from './api.ts';

const RETRY_MAX = 2;

/** A no stays a no; only a line that is down or a fault is tried again. */
export const newQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15 * SECOND,
        retry: (count, error) =>
          count < RETRY_MAX &&
          error instanceof CallError &&
          (error.status === 0 || error.status >= 500),
      },
    },
  });

type Asked<P, Q> = Omit<Input<P, Q, never>, 'body' | 'key' | 'signal'>;
export type More = { enabled?: boolean; refreshMs?: number };

/** The name under which an answer is kept: the path first, so that a prefix can be made stale. */
export const keyOf = (path: string, asked: unknown): readonly unknown[] => [path, asked];

/** One answer of one endpoint. */
export function useAnswer<P extends z.ZodType, Q extends z.ZodType, A extends z.ZodType>(
  endpoint: Endpoint<P, Q, z.ZodType, A>,
  asked: Asked<P, Q> = {},
  more: More = {},
) {
  return useQuery({
    queryKey: keyOf(endpoint.path, asked),
    queryFn: ({ signal }) => call(endpoint, { ...asked, signal } as Input<P, Q, z.ZodType>),
    enabled: more.enabled ?? true,
    refetchInterval: more.refreshMs ?? false,
    placeholderData: keepPreviousData,
  });
}

type RowOf<A> = A extends z.ZodType<Page<infer R>> ? R : never;

/** A keyset list: all pages read so far as one array, and how to read the next. */
export function usePages<P extends z.ZodType, Q extends z.ZodType, A extends z.ZodType>(
  endpoint: Endpoint<P, Q, z.ZodType, A>,
  asked: Asked<P, Q> = {},
  more: More = {},
) {
  const list = useInfiniteQuery({
    queryKey: keyOf(endpoint.path, asked),
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...(asked.query as object | undefined), after: pageParam ?? undefined };
      const input = { ...asked, query, signal } as unknown as Input<P, Q, z.ZodType>;
      return (await call(endpoint, input)) as Page<RowOf<A>>;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    enabled: more.enabled ?? true,
    refetchInterval: more.refreshMs ?? false,
  });
  return {
    rows: list.data?.pages.flatMap((one) => one.rows) ?? [],
    asOf: list.dataUpdatedAt,
    isLoading: list.isPending && (more.enabled ?? true),
    error: list.error,
    retry: () => void list.refetch(),
    hasMore: list.hasNextPage,
    readMore: () => void list.fetchNextPage(),
    isReadingMore: list.isFetchingNextPage,
  };
}
export type Pages<R> = Omit<ReturnType<typeof usePages>, 'rows'> & { rows: R[] };
