import type { Words } from '#base/words.ts';
import {
  acceptTask,
  answerTask,
  closeTask,
  returnTask,
  transferTask,
} from '#response/tasks/contract.ts';
import { CallError, call, freshKey } from '../../kit/api.ts';
import { all, drop, put } from './keep.ts';

/**
 * The outbox: what the worker did, kept on the phone until the house has said yes. Each
 * entry keeps its
 * idempotency key for life, so a line that broke after the house heard it does no harm.
 * A no (4xx)
 * means a person must look: the entry stays, marked, and never leaves by itself.
 */
export const VERBS = {
  accept: acceptTask,
  answer: answerTask,
  return: returnTask,
  transfer: transferTask,
  close: closeTask,
} as const;
export type Verb = keyof typeof VERBS;

export type Outgoing = {
  /** Sorts by birth; also the idempotency key. */
  key: string;
  taskId: number;
  title: Words;
  verb: Verb;
  body: Record<string, unknown>;
  at: number;
  /** Why the house said no, when it did. */
  refused: Words | null;
};

/** Birth first, so that the outbox is read in the order in which things were done. */
const keyAt = (now: number): string => `${now.toString(36).padStart(9, '0')}-${freshKey()}`;

export async function post(
  user: string,
  item: Omit<Outgoing, 'key' | 'at' | 'refused'>,
  now: number,
): Promise<Outgoing> {
  const whole: Outgoing = { ...item, key: keyAt(now), at: now, refused: null };
  await put('outbox', user, whole.key, whole);
  return whole;
}

export const outgoing = (user: string): Promise<Outgoing[]> => all<Outgoing>('outbox', user);
export const discard = (user: string, key: string): Promise<void> => drop('outbox', user, key);

/** Sends a refused entry once more as it is: same key, the house knows whether it has heard it. */
export async function again(user: string, item: Outgoing): Promise<void> {
  await put('outbox', user, item.key, { ...item, refused: null });
}

/** Worth another try later: no line, the house is busy or down, or the session ended. */
const isLater = (status: number): boolean =>
  status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;

/** Runs alone in this browser: two tabs must not send the same entry side by side. */
const alone = <T>(work: () => Promise<T>): Promise<T> =>
  'locks' in navigator ? navigator.locks.request('fenghuo-outbox', work) : work();

/** Sends what waits, oldest first. Answers whether everything that could go has gone. */
export function flush(user: string): Promise<boolean> {
  return alone(async () => {
    const held = new Set<number>();
    for (const item of await outgoing(user)) {
      if (item.refused) held.add(item.taskId);
      // What follows a refused step of the same task waits with it.
      if (held.has(item.taskId)) continue;
      const sent = await send(item);
      if (sent === 'later') return false;
      if (sent === 'done') await discard(user, item.key);
      else {
        held.add(item.taskId);
        await put('outbox', user, item.key, { ...item, refused: sent });
      }
    }
    return true;
  });
}

/** The house's sentence and, after it, each field it names: a worker must see what to mend. */
function whyOf({ words, errors }: CallError): Words {
  const zh = [words.zh, ...errors.map((one) => one.text.zh)].join(' ');
  const en = [words.en, ...errors.map((one) => one.text.en)].join(' ');
  return { zh, en };
}

async function send(item: Outgoing): Promise<'done' | 'later' | Words> {
  try {
    const params = { id: item.taskId };
    await call(VERBS[item.verb], { params, body: item.body as never, key: item.key });
    return 'done';
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return isLater(error.status) ? 'later' : whyOf(error);
  }
}
