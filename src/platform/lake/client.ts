import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LakeFault, type LakeParams } from './model.ts';
import { paramText } from './params.ts';

/**
 * The connection broke: whether the statement ran is unknown. Inserts are repeated with their
 * token.
 */
export class LakeGone extends LakeFault {
  constructor(doing: string, options?: ErrorOptions) {
    super(doing, 0, options);
    this.name = 'LakeGone';
  }
}

export type Ask = {
  readonly doing: string;
  readonly sql: string;
  readonly params?: LakeParams;
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Rows to insert; the statement then travels in the address. */
  readonly body?: Readable;
  readonly timeoutMs: number;
};

/** Sockets kept to one lake; more questions wait for a free one. */
const SOCKETS_MAX = 16;
/** The server stops a query by itself; we hang up this much later if it does not. */
const HANG_UP_MS = 5_000;

/** Speaks ClickHouse's HTTP dialect to a server or to our embedded child: the only way in. */
export class LakeClient {
  #base: RequestOptions;
  #database: string;
  #secure: boolean;

  constructor(url: string) {
    const at = new URL(url);
    this.#secure = at.protocol === 'https:';
    const limits = { keepAlive: true, maxSockets: SOCKETS_MAX };
    const headers: Record<string, string> = {};
    if (at.username) headers['x-clickhouse-user'] = decodeURIComponent(at.username);
    if (at.password) headers['x-clickhouse-key'] = decodeURIComponent(at.password);
    this.#base = {
      method: 'POST',
      headers,
      agent: this.#secure ? new SecureAgent(limits) : new Agent(limits),
      ...(at.protocol === 'unix:'
        ? { socketPath: decodeURIComponent(at.pathname) }
        : { hostname: at.hostname, port: at.port || (this.#secure ? 8443 : 8123) }),
    };
    this.#database = (at.protocol !== 'unix:' && at.pathname.slice(1)) || 'fenghuo';
  }

  get database(): string {
    return this.#database;
  }

  /**
   * The answer's bytes as they come. Throws LakeFault with ClickHouse's text, LakeGone when
   * cut.
   */
  async open(ask: Ask, database = this.#database): Promise<IncomingMessage> {
    const search = new URLSearchParams({ database });
    for (const [name, value] of Object.entries(ask.params ?? {})) {
      search.set(`param_${name}`, paramText(value));
    }
    search.set('max_execution_time', String(ask.timeoutMs / 1000));
    for (const [name, value] of Object.entries(ask.settings ?? {})) search.set(name, String(value));
    if (ask.body) search.set('query', ask.sql);
    const response = await this.#send(ask, `/?${search}`);
    if (response.statusCode === 200) return response;
    const text = (await collect(response, ask.doing)).toString();
    const code = Number(response.headers['x-clickhouse-exception-code']) || codeIn(text);
    throw new LakeFault(ask.doing, code, { cause: new Error(text.trim()) });
  }

  async read(ask: Ask, database?: string): Promise<Buffer> {
    return collect(await this.open(ask, database), ask.doing);
  }

  #send(ask: Ask, path: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const gone = (cause: unknown): void =>
        reject(new LakeGone(`${ask.doing}: the lake does not answer`, { cause }));
      const sent = (this.#secure ? secureRequest : request)({ ...this.#base, path }, resolve);
      sent.on('error', gone);
      sent.setTimeout(ask.timeoutMs + HANG_UP_MS, () =>
        sent.destroy(new Error(`no answer within ${ask.timeoutMs + HANG_UP_MS} ms`)),
      );
      if (ask.body) pipeline(ask.body, sent).catch(gone);
      else sent.end(ask.sql);
    });
  }

  /** Is somebody there? */
  answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const sent = request({ ...this.#base, method: 'GET', path: '/ping' }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      });
      sent.on('error', () => resolve(false));
      sent.end();
    });
  }

  close(): void {
    const { agent } = this.#base;
    if (agent instanceof Agent) agent.destroy();
  }
}

/** ClickHouse opens an error with `Code: 47. DB::Exception: …`. */
export const codeIn = (text: string): number =>
  Number(/Code: (\d+)\. DB::Exception/.exec(text)?.[1] ?? 0);

async function collect(response: IncomingMessage, doing: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk);
  } catch (cause) {
    throw new LakeGone(`${doing}: the answer was cut off`, { cause });
  }
  return Buffer.concat(chunks);
}
