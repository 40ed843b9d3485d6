import { Agent, request } from 'node:http';
import { T0 } from '../builders/loop.ts';
import { Chance } from './chance.ts';
import { type FuzzHouse, fuzzHouse } from './house.ts';
import { type Answer, judge } from './judge.ts';
import { type Asked, Requests } from './requests.ts';

export type Finding = { readonly what: string; readonly asked: string; readonly answer: string };
export type Report = {
  readonly requests: number;
  readonly seconds: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  /** Operations that no request brought to a good end. */
  readonly neverWell: readonly string[];
  readonly operations: number;
  readonly faults: readonly string[];
  readonly trail: readonly string[];
};

const AT_ONCE = 16;
const FINDINGS_MAX = 200;
const TIMEOUT_MS = 30_000;

/** Sends `count` requests drawn from `seed`, sixteen at a time; afterwards hears, links and verifies. */
export async function fuzz(
  count: number,
  seed: number,
  onTurn?: (done: number) => void,
): Promise<Report> {
  const began = performance.now();
  const clock = (): number => T0 + 1_000 + Math.floor(performance.now() - began);
  const house = await fuzzHouse(clock);
  try {
    return await run(house, count, seed, began, onTurn);
  } finally {
    await house.stop();
  }
}

async function run(
  house: FuzzHouse,
  count: number,
  seed: number,
  began: number,
  onTurn?: (done: number) => void,
): Promise<Report> {
  const requests = new Requests(house, new Chance(seed));
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const findings: Finding[] = [];
  const byStatus: Record<string, number> = {};
  const well = new Map<string, Map<string, number>>();
  let sent = 0;
  const one = async (): Promise<void> => {
    const asked = requests.draw();
    const name = `${asked.method} ${asked.endpoint.path}`;
    const answer = await ask(agent, house.port, asked);
    byStatus[answer.status] = (byStatus[answer.status] ?? 0) + 1;
    const isWell = answer.status < 300;
    const codes = well.get(name) ?? new Map<string, number>();
    const code = isWell ? 'ok' : (/"code":"([\w-]+)"/.exec(answer.body)?.[1] ?? `${answer.status}`);
    well.set(name, codes.set(code, (codes.get(code) ?? 0) + 1));
    if (isWell) requests.harvest(asked.endpoint.path, parsed(answer.body));
    for (const what of judge(asked, answer))
      if (findings.length < FINDINGS_MAX) findings.push(findingOf(name, what, asked, answer));
  };
  const line = async (): Promise<void> => {
    while (sent < count) {
      sent++;
      if (sent % 1_000 === 0) onTurn?.(sent);
      await one();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, line));
  agent.destroy();
  await house.hear();
  const trail = await house.trailFaults();
  return {
    requests: sent,
    seconds: (performance.now() - began) / 1000,
    byStatus,
    findings,
    neverWell: [...well]
      .filter(([, codes]) => !codes.has('ok'))
      .map(([name, codes]) => `${name}: ${[...codes].map((it) => it.join(' ')).join(', ')}`)
      .toSorted(),
    operations: well.size,
    faults: house.faults,
    trail,
  };
}

const findingOf = (name: string, what: string, asked: Asked, answer: Answer): Finding => ({
  what: `${name} ${what}`,
  asked: `${asked.caller?.token ?? 'nobody'} ${asked.url.slice(0, 300)} ${JSON.stringify(asked.headers)} ${(asked.body ?? '').slice(0, 600)}`,
  answer: `${answer.status} ${answer.body.slice(0, 400)}`,
});

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** One request over the wire; a connection that breaks is an answer of status 599. */
function ask(agent: Agent, port: number, asked: Asked): Promise<Answer> {
  const start = performance.now();
  const { method, url, body } = asked;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((done) => {
    const broken = (why: string): void =>
      done({ status: 599, headers: {}, body: why, ms: performance.now() - start });
    const headers = { ...asked.headers, ...length };
    const sending = request(
      { agent, port, host: '127.0.0.1', method, path: url, headers, timeout: TIMEOUT_MS },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('error', (fault) => broken(fault.message));
        reply.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const ms = performance.now() - start;
          done({ status: reply.statusCode ?? 0, headers: reply.headers, body: text, ms });
        });
      },
    );
    sending.on('timeout', () => sending.destroy(new Error('no answer')));
    sending.on('error', (fault) => broken(fault.message));
    sending.end(body);
  });
}

/** The findings, each kind once with how often it was met. */
export function summaryOf(report: Report): string[] {
  const kinds = new Map<string, { times: number; first: Finding }>();
  for (const it of report.findings) {
    const known = kinds.get(it.what);
    if (known) known.times++;
    else kinds.set(it.what, { times: 1, first: it });
  }
  return [
    ...[...kinds].map(
      ([what, { times, first }]) => `${times} × ${what}\n    ${first.asked}\n    ${first.answer}`,
    ),
    ...new Set(report.faults),
    ...report.trail.map((it) => `the trail: ${it}`),
  ];
}
