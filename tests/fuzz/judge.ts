import { type Action, POLICY, type Role } from '#registers/access/index.ts';
import { SECRET } from './house.ts';
import { type Asked, namesFar } from './requests.ts';

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly ms: number;
};

const SLOW_MS = 20_000;
/** What only the inside of the house says. */
const INSIDE: readonly [string, RegExp][] = [
  ['a stack trace', /\n\s+at (async )?[\w.<>]+ \(|\bat (file|node):\S+:\d+:\d+/],
  ['a path of the machine', /\/work\/|node_modules\/|[\w-]+\.ts:\d+|\/tmp\/fenghuo/],
  [
    'a word of the database',
    /\b(syntax error at or near|violates \w+|duplicate key value|invalid input syntax|relation "|column "|SQLSTATE|PostgreSQL|ClickHouse|DB::Exception)/,
  ],
  ['a query', /\bselect\b.{1,200}\bfrom\b \w+\.\w+|\binsert into\b \w+\./i],
];

/** What is wrong with an answer; empty when all is well. */
export function judge(asked: Asked, answer: Answer): string[] {
  const wrong: string[] = [];
  const { status, headers, body } = answer;
  const isBusy = status === 503 && /"code":"(log-busy|live-|too-many|busy|purpose)/.test(body);
  if (status >= 500 && !isBusy) wrong.push(`answered ${status}`);
  if (body.includes('"code":"sign-in"') && asked.caller && !asked.headers.origin)
    wrong.push('a live session was not known');
  if (answer.ms > SLOW_MS) wrong.push(`took ${Math.round(answer.ms / 1000)} s`);
  if (headers['x-content-type-options'] !== 'nosniff') wrong.push('is not marked nosniff');
  if (!headers['content-security-policy']) wrong.push('has no content policy');
  if (!String(headers['cache-control'] ?? '').includes('no-store')) wrong.push('may be kept');
  const sent = `${decoded(asked.url)} ${asked.body ?? ''}`;
  for (const [what, sign] of INSIDE) {
    const found = sign.exec(body)?.[0];
    if (found && !sent.includes(found)) wrong.push(`shows ${what}: ${found.slice(0, 80)}`);
  }
  if (isBound(asked)) {
    if (body.includes(SECRET)) wrong.push('shows a row of the far district');
    else if (status < 300 && body.includes('429902001') && !namesFar(asked))
      wrong.push('names the far district');
  }
  return wrong;
}

/** Whether this caller's sight ends at the own district. */
function isBound({ caller, endpoint }: Asked): boolean {
  if (!caller) return true;
  if (caller.isCity) return false;
  const { permit } = endpoint;
  return (
    !permit.includes('.') || POLICY[caller.actor.roles[0] as Role][permit as Action] !== 'city'
  );
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
