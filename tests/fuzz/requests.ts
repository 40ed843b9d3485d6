import type { Endpoint } from '#base/contract.ts';
import { openApiOf } from '#platform/http/index.ts';
import { type Action, POLICY, purposesAt, type Role } from '#registers/access/index.ts';
import type { Chance } from './chance.ts';
import { type Caller, FAR, FAR_COMMUNITY, type FuzzHouse } from './house.ts';
import { brokenBody, HOSTILE_TEXTS, hostile, spoiled } from './hostile.ts';
import { SOUND } from './sound.ts';
import { type Schema, Values } from './values.ts';

export type Asked = {
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  /** Undefined: nobody, or a token that is none. */
  readonly caller: Caller | undefined;
  readonly isSpoiled: boolean;
  readonly isEdge: boolean;
};

type Operation = {
  readonly endpoint: Endpoint;
  readonly params: { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly body: Schema | undefined;
};

/** Ids met in answers, kept so that later requests name things that exist; so many of one noun. */
const POOL_MAX = 300;
const NOUN_OF: Record<string, string> = {
  personId: 'people',
  subjectId: 'people',
  person: 'people',
  holderId: 'actors',
  to: 'actors',
  areaCode: 'areas',
  area: 'areas',
  parent: 'areas',
  ruleId: 'rules',
};
const HARVESTED = /^(id|code|next|after|[a-z]+Id|ref|version)$/;

/** Draws requests from the OpenAPI document: most are sound, the others spoiled in one of many ways. */
export class Requests {
  readonly #chance: Chance;
  readonly #house: FuzzHouse;
  readonly #values: Values;
  readonly #pools: Map<string, unknown[]>;
  readonly #operations: Operation[];
  readonly #purposes: string[];
  #noun = '';

  constructor(house: FuzzHouse, chance: Chance) {
    this.#chance = chance;
    const codes = purposesAt(Date.parse('2026-03-02')).map((it) => it.code);
    this.#purposes = [...codes, ...codes.map((it) => `${it}: 核查`), '核查本区疫情', 'police', '%'];
    this.#house = house;
    this.#pools = new Map(house.ids);
    this.#values = new Values(chance, (name) => this.#known(name));
    this.#operations = operationsOf(house.endpoints);
  }

  #known(name: string): unknown {
    const own = name === 'id' || name === 'code' ? this.#noun : undefined;
    const noun = own ?? NOUN_OF[name] ?? (name.endsWith('Id') ? `${name.slice(0, -2)}s` : name);
    const pool = this.#pools.get(noun);
    return pool && pool.length > 0 ? this.#chance.of(pool) : undefined;
  }

  /** Remembers what an answer named. */
  harvest(path: string, answer: unknown): void {
    const noun = path.split('/')[2] ?? '';
    let left = 40;
    const walk = (at: unknown): void => {
      if (typeof at !== 'object' || at === null || left <= 0) return;
      for (const [key, value] of Object.entries(at)) {
        if (key === 'errors' || key === 'faults') continue;
        if (HARVESTED.test(key) && (typeof value === 'number' || typeof value === 'string')) {
          left--;
          const name =
            key === 'id' || key === 'code' ? noun : (NOUN_OF[key] ?? key.replace(/Id$/, 's'));
          this.#keep(key === 'next' ? 'after' : name, value);
        } else walk(value);
      }
    };
    walk(answer);
  }

  #keep(noun: string, value: unknown): void {
    const pool = this.#pools.get(noun) ?? [];
    if (pool.includes(value) || (pool.length > 0 && typeof pool[0] !== typeof value)) return;
    if (pool.length < POOL_MAX) pool.push(value);
    else pool[this.#chance.whole(0, POOL_MAX - 1)] = value;
    this.#pools.set(noun, pool);
  }

  draw(): Asked {
    const chance = this.#chance;
    const operation = chance.of(this.#operations);
    const { endpoint } = operation;
    this.#noun = endpoint.path.split('/')[2] ?? '';
    const isSpoiled = chance.is(0.6);
    const isEdge = chance.is(0.15);
    const { caller, headers } = this.#caller(endpoint);
    const url = ofNear(endpoint, this.#url(operation, isEdge, isSpoiled && chance.is(0.5)));
    const body = this.#body(operation, headers, isEdge, isSpoiled);
    if (chance.is(0.7)) headers['x-purpose'] = encodeURIComponent(chance.of(this.#purposes));
    if (endpoint.method !== 'GET' && chance.is(0.15))
      headers['idempotency-key'] = chance.is(0.05)
        ? 'x'.repeat(201)
        : chance.of(['one', `k${chance.whole(1, 1e9)}`]);
    if (chance.is(0.05)) headers['accept-language'] = chance.of(['en', 'xx;q=9', '*']);
    return { endpoint, method: endpoint.method, url, headers, body, caller, isSpoiled, isEdge };
  }

  #caller({ path, permit }: Endpoint): {
    caller: Caller | undefined;
    headers: Record<string, string>;
  } {
    const chance = this.#chance;
    if (permit === 'source-key') {
      const key = chance.is(0.8) ? chance.of(this.#house.keys) : 'fh_none';
      return { caller: undefined, headers: { authorization: `Bearer ${key}` } };
    }
    if (chance.is(0.04)) {
      const headers = chance.of<Record<string, string>>([{}, { authorization: 'Bearer nobody' }]);
      return { caller: undefined, headers };
    }
    const may = this.#house.callers.filter(
      (it) =>
        !(it.isCity && HAND_OVER.test(path)) &&
        POLICY[it.actor.roles[0] as Role][permit as Action] !== undefined,
    );
    const caller = chance.of(
      may.length > 0 && (HAND_OVER.test(path) || chance.is(0.8)) ? may : this.#house.callers,
    );
    const headers: Record<string, string> = chance.is(0.5)
      ? { authorization: `Bearer ${caller.token}` }
      : { cookie: `fenghuo_session=${caller.token}` };
    if (headers.cookie && chance.is(0.05)) headers.origin = 'https://evil.example';
    return { caller, headers };
  }

  #url({ endpoint, params }: Operation, isEdge: boolean, isSpoilt: boolean): string {
    const chance = this.#chance;
    const value = ({ name, schema }: Operation['params'][number]): string => {
      if (isSpoilt && chance.is(0.5)) {
        const bad = hostile(chance);
        return typeof bad === 'object' ? JSON.stringify(bad) : String(bad);
      }
      return String(this.#values.of(schema, name, isEdge) ?? '');
    };
    let path: string = endpoint.path;
    for (const it of params.filter((p) => p.in === 'path'))
      path = path.replace(`:${it.name}`, () => encoded(value(it)).slice(0, 500) || '0');
    const query = params
      .filter((p) => p.in === 'query' && chance.is(0.45))
      .map((it) => `${it.name}=${encoded(value(it)).slice(0, 2_000)}`);
    if (isSpoilt && chance.is(0.1)) query.push('limit=1&limit=2&__proto__[a]=1&a[]=1');
    if (isSpoilt && chance.is(0.03)) query.push(chance.of(['%', '%ff', '%c0%af', '%ed%a0%80=1']));
    return query.length > 0 ? `${path}?${query.join('&')}` : path;
  }

  #body(
    operation: Operation,
    headers: Record<string, string>,
    isEdge: boolean,
    isSpoilt: boolean,
  ): string | undefined {
    const chance = this.#chance;
    const { endpoint } = operation;
    if (endpoint.permit === 'source-key') return this.#upload(headers, isSpoilt);
    if (endpoint.method === 'GET') return undefined;
    if (!operation.body && !chance.is(0.2)) return undefined;
    headers['content-type'] = 'application/json';
    const known = SOUND[`${endpoint.method} ${endpoint.path}`];
    const drawn = operation.body ? this.#values.of(operation.body, '', isEdge) : {};
    const sound = known && !isEdge && chance.is(0.6) ? structuredClone(known) : drawn;
    if (!isSpoilt) return withinReach(endpoint, JSON.stringify(sound));
    if (chance.is(0.12)) return withinReach(endpoint, brokenBody(sound, chance));
    if (chance.is(0.05))
      headers['content-type'] = chance.of([
        'text/plain',
        'application/x-www-form-urlencoded',
        'application/json; charset=gbk',
        'multipart/form-data; boundary=x',
        'application/xml',
      ]);
    return withinReach(endpoint, JSON.stringify(spoiled(sound, chance)));
  }

  #upload(headers: Record<string, string>, isSpoilt: boolean): string {
    const chance = this.#chance;
    headers['content-type'] = chance.of(['application/x-ndjson', 'application/json', 'text/csv']);
    const row = {
      name: '张三',
      idNo: '110101199003074514',
      at: '2026-03-01T08:00:00+08:00',
      sex: '1',
    };
    const rows = Array.from({ length: chance.whole(1, 5) }, () =>
      isSpoilt ? spoiled(row, chance) : row,
    );
    if (isSpoilt && chance.is(0.1))
      headers['content-encoding'] = chance.of(['gzip', 'br', 'identity']);
    if (headers['content-type'] === 'application/json') return JSON.stringify(rows);
    if (headers['content-type'] === 'text/csv')
      return `name,idNo,at\n${isSpoilt ? `"${chance.of(HOSTILE_TEXTS)},1,"\n` : '张三,1,2026-03-01\n'}`;
    return isSpoilt && chance.is(0.2)
      ? brokenBody(row, chance)
      : rows.map((it) => JSON.stringify(it)).join('\n');
  }
}

/** Whether a request names the far district itself: its answer may then repeat it. */
export const namesFar = (it: Asked): boolean =>
  [FAR.slice(0, 6), FAR_COMMUNITY.slice(0, 9)].some(
    (mark) => it.url.includes(mark) || it.body?.includes(mark) === true,
  );

const HAND_OVER = /\/(transfer|return|pass|ties)$/;

/**
 * Handing a task or a person over to the other district is right, and shows its name on this side
 * from then on; here nobody does, so that every such name is a leak.
 */
const withinReach = ({ path }: Endpoint, body: string): string =>
  HAND_OVER.test(path) ? body.replaceAll('429902', '429901') : body;

/** A tie would open a person of the far district to this one; here only near ones (odd ids) get any. */
const ofNear = ({ method, path }: Endpoint, url: string): string =>
  method === 'POST' && path.endsWith('/ties') ? url.replace(/\d*[02468](?=\/ties)/, '7') : url;

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

function operationsOf(endpoints: readonly Endpoint[]): Operation[] {
  // The live stream never ends; what it shows is held to the scope in views/command.
  const asked = endpoints.filter((it) => it.path !== '/api/live');
  const document = openApiOf(asked, '0') as {
    paths: Record<
      string,
      Record<string, { parameters: Operation['params']; requestBody?: unknown }>
    >;
  };
  return asked.map((endpoint) => {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    const it = document.paths[path]?.[endpoint.method.toLowerCase()];
    if (!it) throw new Error(`${endpoint.path} is not in the OpenAPI document`);
    const body = it.requestBody as
      | { content: { 'application/json': { schema: Schema } } }
      | undefined;
    const params = it.parameters.filter((p) => p.in !== 'header');
    return { endpoint, params, body: body?.content['application/json'].schema };
  });
}
