import { Session } from 'chdb';

/**
 * chDB as measured (3.4.0, ClickHouse 26.7): one Session runs one statement at a time; several
 * Sessions on one directory in one process run side by side. Bound parameters are shared between
 * them (so we bind in the text), SET belongs to its Session, streams carry only SELECT, and
 * starting one does not block.
 */
export type Answer = AsyncIterable<Uint8Array>;

/** Statements waiting for a session, per pool. Beyond it they are refused (ClickHouse code 202). */
export const WAITING_MAX = 256;

export type Statement = {
  readonly sql: string;
  readonly format: string;
  readonly database: string;
  readonly settings: ReadonlyMap<string, string>;
};

/** What a statement is, by its first word; comments and opening brackets before it do not count. */
export const firstWord = (sql: string): string =>
  (/^(?:\s|\(|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(\w+)/.exec(sql)?.[1] ?? '').toUpperCase();

const NAME = /^\w+$/;
const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;

/** One Session and what was last SET on it. */
class Seat {
  #session: Session;
  #database = 'default';
  #settings: ReadonlyMap<string, string> = new Map();

  constructor(dir: string, args: ReadonlyArray<string>) {
    this.#session = new Session(dir, { connectionArgs: args });
  }

  async #prepare({ database, settings }: Statement): Promise<void> {
    if (database !== this.#database) {
      await this.#session.queryAsync(`USE \`${database.replaceAll(/[^\w]/g, '')}\``);
      this.#database = database;
    }
    const changes: string[] = [];
    for (const [name, value] of settings) {
      if (!NAME.test(name)) throw new Error(`Code: 115. DB::Exception: Unknown setting ${name}`);
      if (this.#settings.get(name) !== value) changes.push(`${name} = ${quoted(value)}`);
    }
    for (const name of this.#settings.keys()) {
      if (!settings.has(name)) changes.push(`${name} = DEFAULT`);
    }
    if (changes.length === 0) return;
    this.#settings = new Map(); // unknown until it has worked
    await this.#session.queryAsync(`SET ${changes.join(', ')}`);
    this.#settings = settings;
  }

  async *answer(statement: Statement): Answer {
    await this.#prepare(statement);
    if (['SELECT', 'WITH'].includes(firstWord(statement.sql))) {
      const stream = this.#session.queryStream(statement.sql, { format: statement.format });
      for await (const chunk of stream) yield chunk.raw();
    } else {
      const result = await this.#session.queryAsync(statement.sql, { format: statement.format });
      yield result.bytes();
    }
  }

  close(): void {
    this.#session.close();
  }
}

/** A few seats and a queue of named length before them. */
export class Pool {
  #free: Seat[];
  #seats: Seat[];
  #waiting: ((seat: Seat) => void)[] = [];

  constructor(dir: string, count: number, args: ReadonlyArray<string>) {
    this.#seats = Array.from({ length: count }, () => new Seat(dir, args));
    this.#free = [...this.#seats];
  }

  get busy(): number {
    return this.#seats.length - this.#free.length + this.#waiting.length;
  }

  async *answer(statement: Statement): Answer {
    const seat = this.#free.pop() ?? (await this.#wait());
    try {
      yield* seat.answer(statement);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(seat);
      else this.#free.push(seat);
    }
  }

  #wait(): Promise<Seat> {
    if (this.#waiting.length >= WAITING_MAX) {
      throw new Error('Code: 202. DB::Exception: Too many simultaneous queries.');
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    for (const seat of this.#seats) seat.close();
  }
}
