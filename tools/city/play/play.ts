import type { City } from '../city.ts';
import { type MllpSender, mllpSender } from './mllp.ts';
import { framesOf, parcelOf } from './pack.ts';
import { push, type PushTarget } from './push.ts';
import { residents } from '../records/feed.ts';
import type { Arrival } from '../records/row.ts';
import { SOURCE_BY_CODE } from '../records/sources.ts';

export type PlayTarget = PushTarget & {
  /** Where the MLLP listener is; without it hospitals' rows go as NDJSON under their own source. */
  readonly mllp?: { readonly host: string; readonly port: number };
};

export type Progress = { readonly rows: number; readonly of: number };

export type PlayOptions = {
  /** Rows to come, for the share of the progress; a guess will do. */
  readonly expected: number;
  /** Rows of one upload; 2,000 by default. */
  readonly batchRows?: number;
  /** Uploads on their way at once; 4 by default. The server's 503 slows all of them. */
  readonly lanes?: number;
  /** Tells two plays of the same days apart in the Idempotency-Key; the same run replays to nothing. */
  readonly run: string;
  readonly onProgress?: (progress: Progress) => void;
  /** MLLP connections to keep and leave open; without it each play makes and ends its own. */
  readonly senders?: Map<string, MllpSender>;
};

/**
 * Plays rows through the real intake as fast as it takes them: batches by source over HTTP, hospitals'
 * over MLLP. Holds at most `batchRows` rows a source plus the lanes. Resolves when all is durable;
 * throws what the intake refused for good.
 */
export async function play(
  rows: Iterable<Arrival>,
  target: PlayTarget,
  options: PlayOptions,
): Promise<{ rows: number; uploads: number }> {
  const { batchRows = 2000, expected, onProgress } = options;
  const senders = options.senders ?? new Map<string, MllpSender>();
  let sent = 0;
  const lanes = uploader(target, options, told);
  function told(n: number): void {
    sent += n;
    onProgress?.({ rows: sent, of: Math.max(expected, sent) });
  }
  const held = new Map<string, Arrival[]>();
  try {
    for (const arrival of rows) {
      if (target.signal?.aborted) break;
      const source = SOURCE_BY_CODE.get(arrival.source);
      if (source?.format === 'hl7' && target.mllp) {
        const sender = senderFor(senders, target, source.code);
        for (const frame of framesOf(source, arrival)) await sender.send(frame);
        told(1);
        continue;
      }
      const batch = held.get(arrival.source) ?? [];
      batch.push(arrival);
      held.set(arrival.source, batch);
      if (batch.length < batchRows) continue;
      held.set(arrival.source, []);
      await lanes.launch(arrival.source, batch);
    }
    if (!target.signal?.aborted) {
      for (const [code, batch] of held) await lanes.launch(code, batch);
    }
    const uploads = await lanes.landed();
    if (!options.senders) for (const sender of senders.values()) await sender.end();
    return { rows: sent, uploads };
  } finally {
    if (!options.senders) for (const sender of senders.values()) sender.close();
  }
}

/** Uploads side by side, so many at a time. The first fault is kept and thrown at the next step. */
function uploader(target: PlayTarget, options: PlayOptions, told: (rows: number) => void) {
  const { lanes = 4, run } = options;
  const flying = new Set<Promise<void>>();
  let uploads = 0;
  let fault: unknown;
  return {
    async launch(code: string, batch: Arrival[]): Promise<void> {
      const source = SOURCE_BY_CODE.get(code);
      if (!source || batch.length === 0) return;
      while (flying.size >= lanes) await Promise.race(flying);
      if (fault) throw fault;
      uploads += 1;
      const plain = source.format === 'hl7' ? ({ ...source, format: 'ndjson' } as const) : source;
      const trip = push(target, code, `${run}-${code}-${uploads}`, parcelOf(plain, batch))
        .then(() => told(batch.length))
        .catch((e: unknown) => {
          fault ??= e;
        })
        .finally(() => flying.delete(trip));
      flying.add(trip);
    },
    async landed(): Promise<number> {
      await Promise.all(flying);
      if (fault) throw fault;
      return uploads;
    },
  };
}

function senderFor(senders: Map<string, MllpSender>, target: PlayTarget, code: string): MllpSender {
  const held = senders.get(code);
  if (held) return held;
  const { host = '127.0.0.1', port = 0 } = target.mllp ?? {};
  const made = mllpSender(host, port, target.signal);
  senders.set(code, made);
  return made;
}

/** Seeds the people: one `resident_entry` a person, as of `at` (epoch ms). */
export const playResidents = (
  city: City,
  target: PlayTarget,
  at: number,
  onProgress?: (progress: Progress) => void,
): Promise<{ rows: number; uploads: number }> =>
  play(residents(city, at), target, {
    expected: city.persons,
    run: `residents-${city.seed}-${city.persons}`,
    ...(onProgress ? { onProgress } : {}),
  });
