import type { Clock } from '#base/time.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#base/time.ts';
import type { Db } from '#platform/db/index.ts';
import { appendDurable, lastLines } from '#platform/files/index.ts';
import { pruneAnswers } from '#platform/http/index.ts';
import { NOTIFY_LIMITS, pruneMessages, type Sender, sendWaiting } from '#platform/notify/index.ts';
import { publicKeysOf } from '#platform/secrets/index.ts';
import { pruneAccess } from '#registers/access/index.ts';
import { type MandateStore, runSunset } from '#registers/mandates/index.ts';
import { endDueTies } from '#registers/people/index.ts';
import { pruneSignin } from '#registers/signin/index.ts';
import { linkEntries, markChain, patrolChain, readCheckpoint } from '#registers/trace/index.ts';
import { escalateOverdue } from '#response/tasks/index.ts';
import { remindUnseen } from '#watch/alerts/index.ts';
import { inquiries } from '#watch/companions/index.ts';
import { sealedMembers } from '#watch/rules/index.ts';
import type { Matching } from '#watch/signals/index.ts';
import { type Opened, placesOf } from './open.ts';

/** An Idempotency-Key is remembered so long. */
const ANSWERS_KEPT = 7 * DAY;

type Duty = {
  readonly name: string;
  readonly everyMs: number;
  readonly work: (now: number) => Promise<unknown>;
};

/** What happens by the clock. Each duty is idempotent; several workers may do it. */
export const dutiesOf = (db: Db, matching: Matching): Duty[] => [
  { name: 'escalate overdue tasks', everyMs: 2 * SECOND, work: (now) => escalateOverdue(db, now) },
  { name: 'remind of unseen alerts', everyMs: 30 * SECOND, work: (now) => remindUnseen(db, now) },
  { name: 'look for absent records', everyMs: MINUTE, work: (now) => matching.sweepAbsence(now) },
  { name: 'end ties past their time', everyMs: MINUTE, work: (now) => endDueTies(db, now) },
  {
    name: 'forget old answers',
    everyMs: 10 * MINUTE,
    work: (now) => db.tx((tx) => pruneAnswers(tx, now - ANSWERS_KEPT)),
  },
  {
    name: 'forget ended sessions',
    everyMs: 10 * MINUTE,
    // Guesses at one login are forgotten after an hour (registers/access): younger ones still count.
    work: (now) => db.tx((tx) => pruneAccess(tx, now - HOUR)),
  },
];

/** Sends what waits, and forgets steps of signing in that ran out. */
export const signinDuties = ({ db, vault }: Opened, send: Sender): Duty[] => [
  { name: 'send messages', everyMs: SECOND, work: (now) => sendWaiting({ db, vault, send }, now) },
  {
    name: 'forget steps of signing in',
    everyMs: 10 * MINUTE,
    work: (now) =>
      db.tx(async (tx) => {
        await pruneSignin(tx, now);
        await pruneMessages(tx, now - NOTIFY_LIMITS.keptMs);
      }),
  },
];

/** The newest few lines of checkpoints.ndjson, some 300 bytes each. */
const CHECKPOINT_BYTES = 2_048;

/** Links what was written, signs where the chain stands, and walks it again (registers/trace). */
export function traceDuties({ db, signer }: Opened, home: string): Duty[] {
  // A power cut may have left half a line: the next one begins its own.
  const keep = (line: string) => appendDurable(placesOf(home).checkpoints, `\n${line}`);
  const algorithm = signer.alg === 'sm2-sm3' ? 'sm3' : 'sha256';
  const patrol = async (now: number): Promise<void> => {
    const lines = await lastLines(placesOf(home).checkpoints, CHECKPOINT_BYTES);
    const kept = lines.flatMap((line) => readCheckpoint(line) ?? []);
    const faults = await patrolChain(db, { keys: publicKeysOf(home), kept }, now);
    if (faults.length > 0)
      throw new Error(`the audit chain has faults: ${faults.length}; run fenghuo verify`);
  };
  return [
    { name: 'link the trace', everyMs: 200, work: (now) => linkEntries(db, { algorithm }, now) },
    {
      name: 'sign the trace',
      everyMs: 5 * SECOND,
      work: (now) => markChain(db, { signer, keep }, now),
    },
    { name: 'walk the trace', everyMs: MINUTE, work: patrol },
  ];
}

/** Tables that hold what came in under an order: the sunset empties them. */
export const MANDATE_STORES: readonly MandateStore[] = [inquiries, sealedMembers];

export const sunsetDuty = ({ db, mandateKeys: keys, signer }: Opened): Duty => ({
  name: 'begin and end orders, destroy what they brought',
  everyMs: 2 * SECOND,
  work: (now) => runSunset({ db, keys, signer, stores: MANDATE_STORES }, now),
});

/**
 * Runs every duty in a loop of its own until `signal`; a failure is told and tried again at the
 * next turn.
 */
export async function runSchedule(
  duties: readonly Duty[],
  options: { clock: Clock; signal: AbortSignal; onFault: (fault: unknown, duty: string) => void },
): Promise<void> {
  const { clock, signal, onFault } = options;
  await Promise.all(
    duties.map(async ({ name, everyMs, work }) => {
      while (!signal.aborted) {
        await work(clock()).catch((fault: unknown) => onFault(fault, name));
        await pause(everyMs, signal);
      }
    }),
  );
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        done();
      },
      { once: true },
    );
  });
