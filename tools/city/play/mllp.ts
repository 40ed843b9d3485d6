import { connect, type Socket } from 'node:net';

/** Answers of a receiver (HL7 table 0008). */
export type Tally = { AA: number; AE: number; AR: number };

/** Frames sent and not yet answered, at most; the intake keeps 32. */
const IN_FLIGHT_MAX = 16;

/**
 * One MLLP connection that keeps its order, at most sixteen frames ahead of their answers. A frame
 * whose answer never came is sent again on the next connection: intake knows it by its control id.
 */
export function mllpSender(host: string, port: number, signal?: AbortSignal) {
  const tally: Tally = { AA: 0, AE: 0, AR: 0 };
  let socket: Socket | undefined;
  let unanswered: Buffer[] = [];
  const waiting: (() => void)[] = [];
  let heard = '';
  let downs = 0;

  const stopped = (): boolean => signal?.aborted ?? false;
  const wake = (): void => {
    for (const done of waiting.splice(0)) done();
  };
  const hear = (chunk: Buffer): void => {
    heard += chunk.toString('latin1');
    for (let end = heard.indexOf('\x1c'); end >= 0; end = heard.indexOf('\x1c')) {
      const code = /\rMSA\|(AA|AE|AR)/.exec(heard.slice(0, end))?.[1];
      heard = heard.slice(end + 1);
      if (code === 'AA' || code === 'AE' || code === 'AR') tally[code] += 1;
      unanswered.shift();
      downs = 0;
    }
    wake();
  };
  const open = (): Socket => {
    const made = connect({ host, port });
    heard = '';
    made.on('data', hear);
    made.on('error', () => made.destroy());
    made.on('close', () => {
      if (socket === made) socket = undefined;
      downs += 1;
      wake();
    });
    for (const frame of unanswered) made.write(frame);
    return made;
  };
  const pause = (ms: number): Promise<void> =>
    new Promise((done) => {
      waiting.push(done);
      setTimeout(done, ms);
    });
  const ready = async (most: number): Promise<void> => {
    while (unanswered.length > most && !stopped()) {
      if (!socket && unanswered.length > 0) {
        if (downs > 0)
          await new Promise((done) => setTimeout(done, Math.min(5000, 100 * 2 ** downs)));
        if (downs > 30) throw new Error(`no MLLP receiver at ${host}:${port}`);
        socket = open();
      }
      await pause(1000);
    }
  };

  return {
    tally,
    /** Resolves when there is room for the next frame. */
    async send(frame: Buffer): Promise<void> {
      await ready(IN_FLIGHT_MAX - 1);
      unanswered.push(frame);
      if (socket) socket.write(frame);
      else socket = open();
    },
    /** Waits for the last answer and hangs up. */
    async end(): Promise<void> {
      await ready(0);
      socket?.end();
    },
    /** Hangs up at once; what is unanswered stays unanswered. */
    close(): void {
      unanswered = [];
      downs = 0;
      socket?.destroy();
      wake();
    },
  };
}

export type MllpSender = ReturnType<typeof mllpSender>;
