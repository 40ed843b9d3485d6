import { useSyncExternalStore } from 'react';
import type { z } from 'zod';
import { MINUTE, SECOND } from '#base/time.ts';
import { readSession } from '#registers/signin/contract.ts';
import { listMyTasks } from '#response/tasks/contract.ts';
import { CallError, call, toSignIn } from '../../kit/api.ts';
import type { Me } from '../../kit/faces.ts';
import { get, put, wipe } from './keep.ts';
import { discard, flush, type Outgoing, outgoing, post, type Verb } from './outbox.ts';

export type MyTask = z.output<typeof listMyTasks.answer>['rows'][number];
export type FieldState = {
  me: Me | null;
  tasks: MyTask[];
  outbox: Outgoing[];
  /** When the phone and the house last agreed; null: never. */
  syncedAt: number | null;
  isSyncing: boolean;
  isOnline: boolean;
  isReady: boolean;
  error: unknown;
};

const PAGES_MAX = 5;
const USER = 'fenghuo.field.user';
const EVERY_MS = MINUTE;
const SOON_MS = 2 * SECOND;
/** While something waits or the line is gone: the browser's word that it is back may never come. */
const AGAIN_MS = 8 * SECOND;

let state: FieldState = {
  me: null,
  tasks: [],
  outbox: [],
  syncedAt: null,
  isSyncing: false,
  isOnline: true,
  isReady: false,
  error: undefined,
};
const hearers = new Set<() => void>();

function set(patch: Partial<FieldState>): void {
  state = { ...state, ...patch };
  for (const hear of hearers) hear();
}

const listen = (hear: () => void): (() => void) => {
  hearers.add(hear);
  return () => hearers.delete(hear);
};
export const useField = (): FieldState => useSyncExternalStore(listen, () => state);
export const userOf = (): string => (state.me ? String(state.me.id) : '');

type Kept = { me: Me; tasks: MyTask[]; syncedAt: number };

/** Shows what the phone kept at once, then asks the house; later every minute and when the line is back. */
export async function startSync(): Promise<void> {
  const user = localStorage.getItem(USER);
  const kept = user ? await get<Kept>('kept', user, 'all') : undefined;
  if (user && kept) {
    set({ me: kept.me, tasks: kept.tasks, syncedAt: kept.syncedAt, outbox: await outgoing(user) });
  }
  set({ isReady: kept !== undefined });
  addEventListener('online', () => void sync());
  addEventListener('offline', () => set({ isOnline: false }));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void sync();
  });
  setInterval(() => void sync(), EVERY_MS);
  setInterval(() => {
    const isWaiting = state.outbox.some((item) => !item.refused);
    if (isWaiting || !state.isOnline) void sync();
  }, AGAIN_MS);
  await sync();
}

let running: Promise<void> | undefined;
/** Sends the outbox, then reads my tasks. One at a time; a second caller waits for the first. */
export const sync = (): Promise<void> =>
  (running ??= syncOnce().finally(() => (running = undefined)));

async function syncOnce(): Promise<void> {
  set({ isSyncing: true });
  try {
    const me = await call(readSession);
    const user = String(me.id);
    if (state.me && state.me.id !== me.id) await wipe(userOf());
    localStorage.setItem(USER, user);
    set({ me });
    await flush(user);
    const tasks = await readTasks();
    const syncedAt = Date.now();
    await put('kept', user, 'all', { me, tasks, syncedAt } satisfies Kept);
    set({ tasks, syncedAt, isOnline: true, error: undefined });
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    set({ isOnline: error.status !== 0, error });
  } finally {
    const user = userOf();
    set({ isSyncing: false, isReady: true, outbox: user ? await outgoing(user) : [] });
  }
}

async function readTasks(): Promise<MyTask[]> {
  const tasks: MyTask[] = [];
  let after: string | undefined;
  for (let i = 0; i < PAGES_MAX; i++) {
    const one = await call(listMyTasks, { query: { limit: 100, after } });
    tasks.push(...one.rows);
    if (!one.next) break;
    after = one.next;
  }
  return tasks;
}

/** What became of a deed: the house has it, it waits on the phone, or the house said no. */
export type Fate = 'sent' | 'kept' | 'refused';

/** Puts a deed into the outbox and tries to send it now. */
export async function act(
  task: Pick<MyTask, 'id' | 'title'>,
  verb: Verb,
  body: Record<string, unknown>,
): Promise<Fate> {
  const user = userOf();
  const item = await post(user, { taskId: task.id, title: task.title, verb, body }, Date.now());
  set({ outbox: await outgoing(user) });
  await Promise.race([running ?? Promise.resolve(), wait(SOON_MS)]);
  await Promise.race([sync(), wait(SOON_MS)]);
  const left = await outgoing(user);
  set({ outbox: left });
  const still = left.find((one) => one.key === item.key);
  if (!still) return 'sent';
  return still.refused ? 'refused' : 'kept';
}

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export async function forget(key: string): Promise<void> {
  await discard(userOf(), key);
  set({ outbox: await outgoing(userOf()) });
}

/** Signs out and leaves nothing of this user on the phone. */
export async function leave(end: () => Promise<unknown>): Promise<void> {
  await end().catch(() => undefined);
  await wipe(userOf());
  toSignIn();
}
