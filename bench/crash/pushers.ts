import { setTimeout as sleep } from 'node:timers/promises';
import { mllpSender } from '../../tools/city/play/mllp.ts';
import type { Alarm } from '../latency/rows.ts';
import type { Parcel } from '../load/load.ts';

/** An upload that was answered 202: what the house must never lose again. */
export type Acked = { readonly batch: string; readonly rows: number };

/** Sources that go on through every crash: the same upload under the same key until it is answered. */
export type Pushers = {
  readonly acked: Acked[];
  /** Alarms answered, by the instant of their record: each must become one alert. */
  readonly alarms: number[];
  /** MLLP messages answered AA or AE, that is, kept. */
  messages(): number;
  go(): void;
  /** Takes nothing new; resolves when everything begun is answered. */
  rest(): Promise<void>;
  close(): void;
};

export type PushersOptions = {
  readonly url: string;
  readonly keyOf: (source: string) => string;
  readonly parcels: AsyncGenerator<Parcel>;
  readonly frames: Iterator<Buffer>;
  readonly alarms: readonly Alarm[];
};

const LANES = 3;
const LANE_PAUSE_MS = 150;
const FRAME_PAUSE_MS = 15;
const ALARM_PAUSE_MS = 400;
const RETRY_MS = 200;

export function startPushers(options: PushersOptions): Pushers {
  const { url, keyOf, parcels, frames } = options;
  const { hostname, port } = new URL(url);
  const acked: Acked[] = [];
  const alarmed: number[] = [];
  const ending = new AbortController();
  const sender = mllpSender(hostname, Number(port), ending.signal);
  let isGoing = false;
  let busy = 0;
  let keys = 0;

  async function push(parcel: Parcel): Promise<void> {
    const key = `crash-${keys++}`;
    while (!ending.signal.aborted) {
      const done = await pushOnce(url, keyOf(parcel.source), key, parcel);
      if (done) {
        acked.push(done);
        return;
      }
      await sleep(RETRY_MS);
    }
  }
  /** One thing after the other while going; counted, so that rest can wait. */
  async function loop(pauseMs: number, next: () => Promise<boolean>): Promise<void> {
    while (!ending.signal.aborted) {
      if (isGoing) {
        busy++;
        const isMore = await next().finally(() => busy--);
        if (!isMore) return;
      }
      await sleep(pauseMs);
    }
  }
  const nextUpload = async (): Promise<boolean> => {
    const next = await parcels.next();
    if (!next.done) await push(next.value);
    return !next.done;
  };
  const nextFrame = async (): Promise<boolean> => {
    const next = frames.next();
    if (!next.done) await sender.send(next.value);
    return !next.done;
  };
  const waiting = [...options.alarms];
  let at = 0;
  const nextAlarm = async (): Promise<boolean> => {
    const alarm = waiting.shift();
    if (!alarm) return false;
    at = Math.max(at + 1, Date.now());
    const row = alarm.row(at);
    const body = Buffer.from(JSON.stringify([row]));
    await push({ body, rows: 1, source: alarm.source, contentType: 'application/json' });
    alarmed.push(at);
    return true;
  };
  const fail = (fault: unknown): void => {
    console.error('a pusher failed:', fault);
    process.exitCode = 1;
  };
  for (let i = 0; i < LANES; i++) loop(LANE_PAUSE_MS, nextUpload).catch(fail);
  loop(FRAME_PAUSE_MS, nextFrame).catch(fail);
  loop(ALARM_PAUSE_MS, nextAlarm).catch(fail);
  return {
    acked,
    alarms: alarmed,
    messages: () => sender.tally.AA + sender.tally.AE,
    go() {
      isGoing = true;
    },
    async rest() {
      isGoing = false;
      while (busy > 0) await sleep(20);
      await sender.end();
    },
    close() {
      ending.abort();
      sender.close();
    },
  };
}

/** Undefined: not answered, or told to come back. Any other refusal is a fault. */
async function pushOnce(
  url: string,
  sourceKey: string,
  key: string,
  { body, source, contentType, rows }: Parcel,
): Promise<Acked | undefined> {
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(`${url}/api/intake/${source}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${sourceKey}`,
        'content-type': contentType,
        'idempotency-key': key,
      },
      body: new Uint8Array(body),
    });
    text = await answer.text();
  } catch {
    return undefined; // the house is away: tried again under the same key
  }
  if (answer.status === 202) {
    const { batch, received } = JSON.parse(text) as { batch: string; received: number };
    if (received !== rows) throw new Error(`${rows} rows sent, ${received} acknowledged`);
    return { batch, rows };
  }
  if (answer.status >= 500 || answer.status === 429) return undefined;
  throw new Error(`${source} refused: ${answer.status} ${text.slice(0, 300)}`);
}
