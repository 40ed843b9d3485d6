/** The load generator: prepared uploads over kept-alive connections, in a process of its own. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Parcel, parcelsOf, type Sent } from './load.ts';

type Job = {
  paths: string[];
  url: string;
  keys: Record<string, string>;
  seconds: number;
  perSecond: number;
  lanes: number;
};
const job = JSON.parse(process.argv[2] ?? '{}') as Job;
const sent: Sent = { rows: 0, uploads: 0, busy: 0, failed: 0, ms: 0 };
const agent = new Agent({ keepAlive: true, maxSockets: job.lanes });
const begun = performance.now();
let until = begun + job.seconds * 1000;
process.on('message', () => {
  until = 0;
});
const tell = (): void => {
  sent.ms = performance.now() - begun;
  process.send?.(sent);
};

function push({ body, source, contentType }: Parcel): Promise<number> {
  return new Promise((done) => {
    const out = request(`${job.url}/api/intake/${source}`, {
      method: 'POST',
      agent,
      headers: {
        authorization: `Bearer ${job.keys[source]}`,
        'content-type': contentType,
        'content-length': body.length,
      },
    });
    out.on('response', (answer) => {
      answer.resume();
      answer.on('end', () => done(answer.statusCode ?? 0));
      answer.on('error', () => done(0));
    });
    out.on('error', () => done(0));
    out.end(body);
  });
}

const RETRY_MS = 50;
const parcels = parcelsOf(job.paths);
let launched = 0;

async function lane(): Promise<void> {
  while (performance.now() < until) {
    const next = await parcels.next();
    if (next.done) return;
    const { rows } = next.value;
    const dueAt = job.perSecond > 0 ? begun + (launched / job.perSecond) * 1000 : 0;
    launched += rows;
    if (dueAt > performance.now()) await sleep(dueAt - performance.now());
    for (;;) {
      const status = await push(next.value);
      if (status === 202) {
        sent.rows += rows;
        sent.uploads++;
        break;
      }
      if (status === 503 || status === 429) sent.busy++;
      else sent.failed++;
      if (performance.now() >= until) break;
      await sleep(RETRY_MS);
    }
  }
}

const telling = setInterval(tell, 500);
await Promise.all(Array.from({ length: job.lanes }, lane));
clearInterval(telling);
tell();
process.disconnect();
