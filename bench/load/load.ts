import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY, dayOf } from '#base/time.ts';

/** Days the rows are of: a week, as long as the resolver takes an unchanged person for known. */
const DAYS = 6;
const MAKERS = 3;

export type Upload = {
  readonly offset: number;
  readonly length: number;
  readonly rows: number;
  readonly source: string;
  readonly contentType: string;
};
export type Parcel = Omit<Upload, 'offset' | 'length'> & { readonly body: Buffer };
export type Load = { readonly paths: readonly string[]; readonly rows: number };

const node = (script: string, args: readonly string[]): ChildProcess =>
  fork(join(import.meta.dirname, script), args, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });

/**
 * Makes `rows` rows of the sample city, of all kinds, in order of arrival up to yesterday, in uploads of
 * at most `bodyRows` as each source writes, on several cores. Nobody on the abroad register is among them.
 */
export async function prepareLoad(
  folder: string,
  { persons, rows, bodyRows }: { persons: number; rows: number; bodyRows: number },
): Promise<Load> {
  const last = Date.now() - DAY;
  const dayBack = (back: number): string => dayOf(last - back * DAY);
  const edges = Array.from({ length: MAKERS + 1 }, (_, i) => DAYS - (DAYS * i) / MAKERS);
  const paths = await Promise.all(
    edges.slice(1).map(async (to, i) => {
      const path = join(folder, `load-${i}.ndjson`);
      const from = (edges[i] ?? 0) - 1;
      const share = String(Math.ceil(rows / MAKERS));
      const args = [path, String(persons), dayBack(from), dayBack(to), String(bodyRows), share];
      const [code] = await once(node('prepare.ts', args), 'exit');
      if (code !== 0) throw new Error(`making rows ended with ${code}`);
      return path;
    }),
  );
  return { paths, rows: paths.flatMap(uploadsOf).reduce((sum, it) => sum + it.rows, 0) };
}

export const uploadsOf = (path: string): Upload[] =>
  readFileSync(`${path}.index`, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Upload);

/** Keys of all sample sources of a house. */
export const keysOf = (home: string): Record<string, string> =>
  JSON.parse(readFileSync(join(home, 'keys', 'sample-sources.json'), 'utf8')) as Record<
    string,
    string
  >;

/** Uploads one after the other, read when asked for. */
export async function* parcelsOf(paths: readonly string[]): AsyncGenerator<Parcel> {
  for (const path of paths) {
    const file = await open(path);
    try {
      for (const { offset, length, ...upload } of uploadsOf(path)) {
        const body = Buffer.allocUnsafe(length);
        await file.read(body, 0, length, offset);
        yield { ...upload, body };
      }
    } finally {
      await file.close();
    }
  }
}

/** What the sender has got an answer for. */
export type Sent = { rows: number; uploads: number; busy: number; failed: number; ms: number };
export type Sender = { now(): Sent; readonly ended: Promise<Sent>; stop(): void };

/** Starts the load generator in a process of its own. `perSecond` 0: as fast as it is taken. */
export function startSender(
  load: Load,
  to: { url: string; keys: Readonly<Record<string, string>> },
  how: { seconds: number; perSecond: number; lanes: number },
): Sender {
  const job = JSON.stringify({ paths: load.paths, ...to, ...how });
  const child = node('sender.ts', [job]);
  let now: Sent = { rows: 0, uploads: 0, busy: 0, failed: 0, ms: 0 };
  child.on('message', (said) => {
    now = said as Sent;
  });
  const ended = once(child, 'exit').then(([code]) => {
    if (code !== 0) throw new Error(`the load generator ended with ${code}`);
    return now;
  });
  return { now: () => now, ended, stop: () => void (child.connected && child.send('stop')) };
}
