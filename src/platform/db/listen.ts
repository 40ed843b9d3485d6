import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { DbFault } from './fault.ts';

type Hear = (payload: string) => void;
export type Listener = {
  listen(channel: string, hear: Hear): Promise<() => Promise<void>>;
  close(): Promise<void>;
};

/** Waits between attempts to come back after a lost connection. */
const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 5_000;

/** One connection for every channel, made at the first `listen`, made again whenever it is lost. */
export function newListener(config: ClientConfig): Listener {
  const hearers = new Map<string, Set<Hear>>();
  let client: Promise<Client> | undefined;
  let closed = false;
  const closing = new AbortController();

  const connect = async (): Promise<Client> => {
    const fresh = new Client(config);
    let up = false;
    fresh.on('error', () => undefined); // 'end' follows, and that is where we come back
    fresh.on('end', () => {
      if (up && !closed) client = comeBack();
    });
    fresh.on('notification', (note) => {
      for (const hear of hearers.get(note.channel) ?? []) hear(note.payload ?? '');
    });
    await fresh.connect();
    for (const channel of hearers.keys()) await fresh.query(`listen ${quoteName(channel)}`);
    up = true;
    return fresh;
  };

  const comeBack = async (): Promise<Client> => {
    for (let wait = RETRY_FIRST_MS; ; wait = Math.min(wait * 2, RETRY_MAX_MS)) {
      await sleep(wait, undefined, { ref: false, signal: closing.signal });
      if (closed) throw new Error('database: closed while listening');
      const fresh = await connect().catch(() => undefined);
      if (!fresh) continue;
      for (const set of hearers.values()) for (const hear of set) hear('');
      return fresh;
    }
  };

  return {
    async listen(channel, hear) {
      const set = hearers.get(channel) ?? new Set();
      hearers.set(channel, set);
      set.add(hear);
      try {
        client ??= connect();
        await (await client).query(`listen ${quoteName(channel)}`);
      } catch (cause) {
        set.delete(hear);
        client = undefined;
        throw new DbFault(`listening on ${channel}`, cause);
      }
      return async () => {
        set.delete(hear);
      };
    },
    async close() {
      closed = true;
      closing.abort();
      const last = await client?.catch(() => undefined);
      await last?.end();
    },
  };
}

const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
