import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { SECOND } from '#base/time.ts';
import type { Heard } from '#facts/index.ts';
import type { Db } from '#platform/db/index.ts';
import { SENT } from '#platform/http/index.ts';
import { followFacts } from '#platform/outbox/index.ts';
import { entryOf, mayHear } from './shown.ts';

/** Screens that may follow at once; one more is told to come back. */
export const LIVE_MAX = 500;
/** Of those, one person's: many tabs of one desk leave room for the others. */
export const LIVE_PER_ACTOR_MAX = 8;
/** A screen that missed more than this loads its lists anew instead of replaying. */
export const REPLAY_MAX = 2_000;
/** A screen that reads slower than this much unsent text is let go; it comes back by itself. */
export const UNSENT_BYTES_MAX = 1_048_576;
const HEARTBEAT_MS = 15 * SECOND;
/** A stream ends after so long and the screen comes back through the door: who signed out does not. */
const LIFE_MS = 120 * SECOND;

export type LiveDeps = {
  readonly db: Db;
  /** Hears of a database that is away; the feed waits for it. */
  readonly onError: (fault: unknown) => void;
  /** How long one stream lives; 2 minutes without. */
  readonly lifeMs?: number;
};

export type LiveFeed = {
  /** Answers the request with a stream; refuses when LIVE_MAX screens follow already. */
  follow(
    request: FastifyRequest,
    reply: FastifyReply,
    scope: Scope,
  ): Promise<typeof SENT | Refusal>;
  /** Screens that follow now. */
  count(): number;
  /** Ends every stream, for a clean stop. */
  stop(): void;
};

const FULL_MINE = refuse('busy', 'live-full-mine', {
  zh: `同一账号最多 ${LIVE_PER_ACTOR_MAX} 个实时页面，请关闭一些；列表仍可刷新。`,
  en: `One account follows on at most ${LIVE_PER_ACTOR_MAX} screens; close some. Lists still load.`,
});
const AWAY = refuse('busy', 'live-away', {
  zh: '实时推送暂不可用，请稍后重试；列表仍可刷新。',
  en: 'Live news is away; try again soon. Lists still load.',
});

const FULL = refuse('busy', 'live-full', {
  zh: '实时连接已满，请稍后重试；列表仍可刷新。',
  en: 'Too many live screens; try again soon. Lists still load.',
});

/**
 * Server-sent entries of what happens in the scope. `Last-Event-ID` resumes: what was missed comes
 * first, or one `reset` when it was too much. At least once: a screen may see an entry again.
 */
export function liveFeed({ db, onError, lifeMs = LIFE_MS }: LiveDeps): LiveFeed {
  /** How to end each stream, and whose it is. */
  const open = new Map<() => void, number>();
  return {
    count: () => open.size,
    stop: () => {
      for (const end of open.keys()) end();
    },
    async follow(request, reply, scope) {
      const actorId = scope.actor.id;
      if (open.size >= LIVE_MAX) return FULL;
      if ([...open.values()].filter((id) => id === actorId).length >= LIVE_PER_ACTOR_MAX)
        return FULL_MINE;
      const out = reply.raw;
      const ended = new AbortController();
      const end = () => {
        ended.abort();
        out.end();
      };
      open.set(end, actorId);
      out.once('close', () => {
        open.delete(end);
        ended.abort();
      });
      const from = lastId(request);
      try {
        await stream({ db, onError, from, lifeMs, scope, reply, ended, end });
        return SENT;
      } catch (fault) {
        open.delete(end);
        onError(fault);
        return AWAY;
      }
    },
  };
}

const lastId = (request: FastifyRequest): number => {
  const said = Number(request.headers['last-event-id']);
  return Number.isSafeInteger(said) && said > 0 ? said : Number.POSITIVE_INFINITY;
};

type Stream = {
  readonly db: Db;
  readonly onError: (fault: unknown) => void;
  readonly from: number;
  readonly lifeMs: number;
  readonly scope: Scope;
  readonly reply: FastifyReply;
  readonly ended: AbortController;
  readonly end: () => void;
};

/** Follows first and only then says that it listens: between the two nothing is missed. */
async function stream(given: Stream): Promise<void> {
  const { db, onError, from, lifeMs, scope, reply, ended, end } = given;
  const out = reply.raw;
  let replay: string[] | undefined = [];
  let missed = 0;
  let resume = from;
  const hear = (fact: Heard, resumeId: number): void => {
    resume = resumeId;
    const entry = mayHear(scope.actor, fact.kind) && entryOf(fact, scope.areaPrefix);
    if (!entry || ended.signal.aborted) return;
    const text = `id: ${resumeId}\nevent: ${entry.kind}\ndata: ${JSON.stringify(entry)}\n\n`;
    if (replay) {
      missed++;
      if (missed <= REPLAY_MAX) replay.push(text);
      return;
    }
    out.write(text);
    if (out.writableLength > UNSENT_BYTES_MAX) end();
  };
  const stop = await followFacts(db, from, hear, onError);
  reply.hijack();
  if (ended.signal.aborted) return stop();
  const beat = setInterval(() => out.write(': alive\n\n'), HEARTBEAT_MS);
  const life = setInterval(() => {
    if (!Number.isFinite(resume)) return; // nothing was told yet: it could not say where to go on
    out.write(`id: ${resume}\n\n`);
    end();
  }, lifeMs);
  const quit = (): void => {
    clearInterval(beat);
    clearInterval(life);
    stop();
  };
  ended.signal.addEventListener('abort', quit, { once: true });
  out.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  out.write('retry: 2000\n\n');
  if (missed > REPLAY_MAX) out.write(`id: ${resume}\nevent: reset\ndata: {}\n\n`);
  else out.write(replay.join(''));
  replay = undefined;
}
