import type { Socket } from 'node:net';
import { sortableId } from '#base/ids.ts';
import type { FieldError } from '#base/refusal.ts';
import { closeBatch, growBatch, openBatch } from '../batches.ts';
import { type DecodedRow, LIMITS, ROW_FLAGS, type Source } from '../model.ts';
import type { ReceiveDeps } from '../receive/receive.ts';
import { sourceBySender } from '../register/store.ts';
import { appendDurably } from '../receive/writer.ts';
import { type AnswerCode, answerOf } from './answer.ts';
import { type FrameFault, frameOf, frameReader } from './frames.ts';
import { fromHead, textOf } from './charset.ts';
import { BLAMELESS, fault, rejectionOf } from './kinds/types.ts';
import { readMessage, type Segment } from './reader.ts';
import { decodeMessage } from './rows.ts';

export type MllpDeps = ReceiveDeps & {
  /** Every error of one row, in the context of its source: `intake/records` knows. */
  readonly check: (
    fields: Record<string, unknown>,
    source: Source,
    now: number,
  ) => readonly FieldError[];
  /** Something worth a line in the log: a reason and a source, never content. */
  readonly onNote: (note: string) => void;
};

const UNIDENTIFIED = 1;
const IDLE_MS = 5 * 60_000;
const ANSWERS_WAITING_MAX = 32;
const SENDER_KEPT_MS = 10_000;

type OpenRun = {
  id: string;
  sourceId: number;
  /** Rows handed to the log; rows on disk; messages between the two. */
  sent: number;
  received: number;
  inFlight: number;
  bytes: number;
  at: number;
};

/** Batches of one connection: a run of messages of one source, rolled by count and time. */
function batchRuns(deps: MllpDeps) {
  const runs = new Map<number, Promise<OpenRun>>();
  const begin = async (sourceId: number): Promise<OpenRun> => {
    const now = deps.clock();
    const id = sortableId(now, deps.chance(12));
    const head = { id, sourceId, channel: 'mllp', format: 'hl7', charset: 'utf-8' } as const;
    await deps.db.tx((tx) => openBatch(tx, { ...head, kind: null, placeCode: null }, now));
    return { id, sourceId, sent: 0, received: 0, inFlight: 0, bytes: 0, at: now };
  };
  const finish = async (run: OpenRun): Promise<void> => {
    const { received, bytes } = run;
    const end = { status: 'complete', received, bytes } as const;
    await deps.db.tx((tx) => closeBatch(tx, run.id, end, deps.clock()));
  };
  return {
    /** The run a message of this source joins now. */
    async of(sourceId: number): Promise<OpenRun> {
      const opening = runs.get(sourceId) ?? begin(sourceId);
      runs.set(sourceId, opening);
      return opening;
    },
    /** Ends runs that are full or old and have no message on its way. */
    async roll(isAll: boolean): Promise<void> {
      for (const [sourceId, opening] of [...runs]) {
        const run = await opening;
        const isDue =
          run.received >= LIMITS.batchMessagesMax || deps.clock() - run.at > LIMITS.batchOpenMs;
        if (run.inFlight > 0 || (!isAll && !isDue)) continue;
        runs.delete(sourceId);
        await finish(run);
      }
    },
    async grow(): Promise<void> {
      for (const opening of runs.values()) {
        const run = await opening;
        await deps.db.tx((tx) => growBatch(tx, run.id, run.received, run.bytes));
      }
    },
  };
}

type Runs = ReturnType<typeof batchRuns>;

/** Puts one message, or what came instead, on disk under its source. */
async function keep(
  deps: MllpDeps,
  runs: Runs,
  it: { sourceId: number; charset: Source['charset']; bytes: Buffer; rows: number; flags: number },
): Promise<void> {
  const run = await runs.of(it.sourceId);
  const firstRow = run.sent;
  run.sent += it.rows;
  run.inFlight++;
  const block = {
    batch: run.id,
    source: it.sourceId,
    format: `hl7;${it.charset}`,
    rows: it.rows,
    flags: it.flags,
    receivedAt: deps.clock(),
    firstRow,
    bytes: it.bytes,
  };
  try {
    await appendDurably(deps.log, block, deps.clock);
    run.received += it.rows;
    run.bytes += it.bytes.length;
  } finally {
    run.inFlight--;
  }
}

type Answer = { code: AnswerCode; msh: Segment | undefined; errors: readonly FieldError[] };

const NOT_HL7 = fault('MSH', '100', '无法解析：不是 HL7 v2 消息。', 'Cannot be read as HL7 v2.');
const STRANGER = fault(
  'MSH-3',
  '103',
  '发送方（MSH-3/MSH-4）未登记，请联系市平台登记数据源。',
  'This sender (MSH-3/MSH-4) is not registered as a source.',
);

type Senders = (application: string, facility: string) => Promise<Source | undefined>;

/** Decides one frame and keeps what must be kept; the answer is given after that. */
async function take(deps: MllpDeps, runs: Runs, senders: Senders, bytes: Buffer): Promise<Answer> {
  const whole = fromHead(bytes);
  const plain = readMessage(whole.toString('latin1'));
  const head = plain?.first('MSH');
  const lost = { sourceId: UNIDENTIFIED, charset: 'utf-8', rows: 1, bytes } as const;
  if (!plain || !head) {
    await keep(deps, runs, { ...lost, flags: ROW_FLAGS.badFrame });
    deps.onNote('mllp: a frame that is no HL7 v2 message was kept in quarantine');
    return { code: 'AR', msh: undefined, errors: [NOT_HL7] };
  }
  const source = (await senders(head.get(3), head.get(4))) ?? (await sendersByText(senders, whole));
  if (!source) {
    deps.onNote('mllp: a message of an unregistered sender was rejected');
    return { code: 'AR', msh: head, errors: [STRANGER] };
  }
  const read = textOf(whole, source.charset);
  const message = ('text' in read && readMessage(read.text)) || plain;
  const msh = message.first('MSH') ?? head;
  const rejection = rejectionOf(message, msh);
  if (rejection) return { code: 'AR', msh, errors: [rejection] };
  const rows = decodeMessage(bytes, source.charset, false);
  await keep(deps, runs, {
    sourceId: source.id,
    charset: source.charset,
    bytes,
    rows: rows.length,
    flags: 0,
  });
  const now = deps.clock();
  const errors = rows.flatMap((row) => errorsOf(row, (fields) => deps.check(fields, source, now)));
  return { code: errors.length > 0 ? 'AE' : 'AA', msh, errors };
}

/** What the sender should hear of a row: nothing when there was nothing to mend at its side. */
function errorsOf(
  row: DecodedRow,
  check: (fields: Record<string, unknown>) => readonly FieldError[],
): readonly FieldError[] {
  if (row.faults.some((it) => BLAMELESS.has(it.code))) return [];
  if (!row.fields) return row.faults;
  const found = check(row.fields).map((it) => ({ ...it, path: row.paths?.[it.path] ?? it.path }));
  return [...row.faults, ...found];
}

/** Senders with names beyond ASCII: read the head in each charset we take. */
async function sendersByText(senders: Senders, bytes: Buffer): Promise<Source | undefined> {
  for (const charset of ['utf-8', 'gb18030'] as const) {
    const read = textOf(bytes, charset);
    const msh = 'text' in read ? readMessage(read.text)?.first('MSH') : undefined;
    const source = msh && (await senders(msh.get(3), msh.get(4)));
    if (source) return source;
  }
  return undefined;
}

function knownSenders(deps: MllpDeps): Senders {
  const known = new Map<string, { source: Source | undefined; until: number }>();
  return async (application, facility) => {
    const name = `${application}\n${facility}`;
    const kept = known.get(name);
    if (kept && kept.until > deps.clock()) return kept.source;
    const source = await deps.db.read((tx) => sourceBySender(tx, application, facility));
    if (known.size > 1000) known.clear();
    known.set(name, { source, until: deps.clock() + SENDER_KEPT_MS });
    return source;
  };
}

/**
 * Serves MLLP on connections handed over (their first byte was 0x0B). Answers AA or AE after the
 * message is durable, AR when it is rejected, in the order the messages came.
 */
export function mllpServer(deps: MllpDeps): (socket: Socket) => void {
  const senders = knownSenders(deps);
  let connections = 0;
  return (socket) => {
    if (connections >= LIMITS.connectionsMax) {
      deps.onNote('mllp: too many connections');
      socket.destroy();
      return;
    }
    connections++;
    serve(deps, senders, socket).then(
      () => connections--,
      () => connections--,
    );
  };
}

async function serve(deps: MllpDeps, senders: Senders, socket: Socket): Promise<void> {
  const runs = batchRuns(deps);
  let waiting = 0;
  let line: Promise<void> = Promise.resolve();
  let grownAt = deps.clock();

  const answer = async (work: Promise<Answer>, isLast: boolean): Promise<void> => {
    try {
      const { code, msh, errors } = await work;
      if (!socket.destroyed) socket.write(frameOf(answerOf(msh, code, errors, deps.clock())));
      if (isLast) socket.end();
    } catch (cause) {
      // Not durable: no answer may go out; the sender will repeat the message on a new connection.
      deps.onNote(`mllp: a message could not be kept: ${String((cause as Error)?.message)}`);
      socket.destroy();
    }
    if (--waiting === 0) {
      await runs.roll(false);
      if (deps.clock() - grownAt > 1000) {
        grownAt = deps.clock();
        await runs.grow();
      }
    }
    if (waiting < ANSWERS_WAITING_MAX) socket.resume();
  };
  const bad = async (bytes: Buffer, why: FrameFault): Promise<Answer> => {
    const flags = why === 'too-long' ? ROW_FLAGS.tooLong : ROW_FLAGS.badFrame;
    const kept = bytes.subarray(0, LIMITS.rowBytesMax);
    await keep(deps, runs, {
      sourceId: UNIDENTIFIED,
      charset: 'utf-8',
      bytes: kept,
      rows: 1,
      flags,
    });
    deps.onNote(`mllp: a malformed frame (${why}, ${bytes.length} bytes) was kept in quarantine`);
    const text = `帧有误（${why}），应为 0x0B … 0x1C 0x0D，最多 ${LIMITS.frameBytesMax} 字节`;
    const en = `Bad frame (${why}): 0x0B … 0x1C 0x0D, at most ${LIMITS.frameBytesMax} bytes`;
    return { code: 'AR', msh: undefined, errors: [fault('', '207', text, en)] };
  };
  const frames = frameReader(LIMITS.frameBytesMax, (bytes, why) => {
    waiting++;
    const work = why ? bad(bytes, why) : take(deps, runs, senders, bytes);
    work.catch(() => undefined); // `answer` below hears it, in order
    line = line.then(() => answer(work, why === 'too-long' || why === 'cut'));
    if (waiting >= ANSWERS_WAITING_MAX) socket.pause();
  });
  socket.setNoDelay(true);
  socket.setTimeout(IDLE_MS, () => socket.end());
  socket.on('data', (chunk: Buffer) => frames.push(chunk));
  await new Promise<void>((resolve) => {
    socket.on('error', () => undefined); // 'close' follows and ends the connection
    socket.on('close', () => resolve());
  });
  frames.end();
  await line;
  await runs.roll(true);
}
