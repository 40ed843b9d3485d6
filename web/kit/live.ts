import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { SECOND } from '#base/time.ts';
import type { LiveEntry } from '#views/command/contract.ts';

/**
 * One server-sent stream per browser, whatever the number of tabs: seven streams over
 * HTTP/1.1 block
 * every other request. The tab that holds the lock reads the stream and tells the
 * others; when it is
 * closed the lock goes to the next tab, which begins where the browser left off.
 */
const KINDS = [
  'alert.raised',
  'alert.grown',
  'alert.changed',
  'alert.closed',
  'task.dispatched',
  'task.changed',
  'task.escalated',
  'task.closed',
  'tie.changed',
  'glass.broken',
  'glass.reviewed',
  'misuse.alarmed',
  'mandate.started',
  'mandate.ended',
  'mandate.destroyed',
];
const RETRY_MS = 5 * SECOND;
const QUIET_MAX_MS = 45 * SECOND;

type Message =
  | { type: 'entry'; entry: LiveEntry }
  | { type: 'reset' }
  | { type: 'state'; on: boolean };
type Hearer = (entry: LiveEntry | 'reset') => void;

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('fenghuo-live') : undefined;
const hearers = new Set<Hearer>();
const watchers = new Set<() => void>();
let isOn = false;
let isStarted = false;

function take(message: Message): void {
  if (message.type === 'state') {
    if (isOn === message.on) return;
    isOn = message.on;
    for (const watch of watchers) watch();
    return;
  }
  for (const hear of hearers) hear(message.type === 'reset' ? 'reset' : message.entry);
}

function tellAll(message: Message): void {
  take(message);
  channel?.postMessage(message);
}

function readStream(): void {
  const stream = new EventSource('/api/live');
  let lostAt = 0;
  stream.addEventListener('open', () => {
    // After a long silence the stream may have skipped more than it replays.
    if (lostAt && Date.now() - lostAt > QUIET_MAX_MS) tellAll({ type: 'reset' });
    lostAt = 0;
    tellAll({ type: 'state', on: true });
  });
  stream.addEventListener('error', () => {
    lostAt ||= Date.now();
    tellAll({ type: 'state', on: false });
    if (stream.readyState !== EventSource.CLOSED) return;
    setTimeout(() => {
      tellAll({ type: 'reset' });
      readStream();
    }, RETRY_MS);
  });
  stream.addEventListener('reset', () => tellAll({ type: 'reset' }));
  for (const kind of KINDS) {
    stream.addEventListener(kind, (e) =>
      tellAll({ type: 'entry', entry: JSON.parse((e as MessageEvent<string>).data) as LiveEntry }),
    );
  }
}

function start(): void {
  if (isStarted) return;
  isStarted = true;
  channel?.addEventListener('message', (e: MessageEvent<Message | { type: 'hello' }>) => {
    if (e.data.type !== 'hello') take(e.data);
    else if (isLeader) channel.postMessage({ type: 'state', on: isOn });
  });
  if (!('locks' in navigator) || !channel) return readStream();
  channel.postMessage({ type: 'hello' });
  void navigator.locks.request('fenghuo-live', () => {
    isLeader = true;
    readStream();
    return new Promise(() => {});
  });
}
let isLeader = false;

/** Hears every entry of the stream; `reset` says: load the lists anew. */
export function useLive(hear: Hearer): void {
  const latest = useEffectEvent(hear);
  useEffect(() => {
    start();
    const one: Hearer = (entry) => latest(entry);
    hearers.add(one);
    return () => {
      hearers.delete(one);
    };
  }, []);
}

const watch = (hear: () => void): (() => void) => {
  watchers.add(hear);
  return () => watchers.delete(hear);
};
export const useIsLive = (): boolean => useSyncExternalStore(watch, () => isOn);
