import type { Parcel } from './pack.ts';

export type PushTarget = {
  /** `http://127.0.0.1:8080` */
  readonly base: string;
  readonly keys: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal;
  readonly wait?: (ms: number) => Promise<void>;
};

const WAIT_MAX_MS = 30_000;
/** About ten minutes of a server that is away or busy. */
const TRIES_MAX = 40;

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/**
 * Pushes one parcel until it is durable. 503 and 429 mean «later» (Retry-After is kept), so does a lost
 * connection: the Idempotency-Key makes the second try harmless. Any other refusal is thrown.
 */
export async function push(
  target: PushTarget,
  source: string,
  key: string,
  parcel: Parcel,
): Promise<{ batch: string; received: number }> {
  const { wait = sleep, signal } = target;
  for (let tries = 1; ; tries++) {
    const answer = await once(target, source, key, parcel);
    if (answer?.ok) return (await answer.json()) as { batch: string; received: number };
    const text = answer ? (await answer.text()).slice(0, 500) : 'no connection';
    const later = !answer || answer.status === 503 || answer.status === 429;
    if (!later || tries >= TRIES_MAX || signal?.aborted) {
      throw new Error(`intake refused a batch of ${source}: ${answer?.status ?? 0} ${text}`);
    }
    const asked = Number(answer?.headers.get('retry-after') ?? Number.NaN) * 1000;
    const pause = Number.isFinite(asked) && asked > 0 ? asked : 200 * 2 ** Math.min(tries, 7);
    await wait(Math.min(WAIT_MAX_MS, pause));
  }
}

async function once(
  target: PushTarget,
  source: string,
  key: string,
  parcel: Parcel,
): Promise<Response | undefined> {
  try {
    return await fetch(`${target.base}/api/intake/${source}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${target.keys.get(source) ?? ''}`,
        'content-type': parcel.contentType,
        'idempotency-key': key,
      },
      body: new Uint8Array(parcel.body),
      ...(target.signal ? { signal: target.signal } : {}),
    });
  } catch (fault) {
    if (target.signal?.aborted) throw fault;
    return undefined;
  }
}
