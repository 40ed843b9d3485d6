import { createInterface } from 'node:readline/promises';
import { HOUSE as HOUSE_ACTOR } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import {
  createActor,
  idsOfLogins,
  ROLES,
  type Role,
  setPassword,
} from '#registers/access/index.ts';
import { inviteFirst } from '#registers/signin/index.ts';
import type { Db } from '#platform/db/index.ts';
import { type Asked, type Command, textOption } from '../command.ts';
import { type Config, readConfig } from '../config.ts';
import { clock, openForCommand } from '../open.ts';

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);

export const command: Command = {
  summary: 'Invite the first administrator, make a user, or give one a new password',
  usage: 'first | add LOGIN --name NAME --role ROLE[,ROLE] --area CODE | password LOGIN',
  options: {
    name: { type: 'string', words: 'name as colleagues know it' },
    role: { type: 'string', words: `one or more of ${ROLES.join(', ')}` },
    area: { type: 'string', words: 'area code, 12 digits (grids: 14)' },
  },
  async run(asked) {
    const [verb, login] = asked.positionals;
    const isFirst = verb === 'first' && !login;
    if (!isFirst && (!login || (verb !== 'add' && verb !== 'password')))
      throw new Error(`usage: fenghuo user ${command.usage}`);
    const config = readConfig(asked.env);
    const db = openForCommand(config);
    try {
      if (!login) return await first(db, config);
      return verb === 'add' ? await add(db, login, asked) : await newPassword(db, login);
    } finally {
      await db.close();
    }
  },
};

/**
 * Asked for on a terminal, or the first line of standard input: never an argument, which others
 * could read.
 */
async function askPassword(): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    return (await lines.question('Password (12 characters or more): ')).trim();
  } finally {
    lines.close();
  }
}

/**
 * Prints a link that makes the first administrator: once, within an hour. What stands after `#`
 * reaches no server's log.
 */
async function first(db: Db, config: Config): Promise<number> {
  const invited = await db.tx((tx) => inviteFirst(tx, clock()));
  if (isRefusal(invited)) return report(invited, '');
  const base = config.signin.publicUrl ?? `http://localhost:${config.port}`;
  console.log(`${new URL('/', base).href}#first=${invited.code}`);
  console.log('Open it within an hour: it makes the first administrator, once.');
  console.log('请在一小时内打开：用它设立首位管理员，只能用一次。');
  return 0;
}

/** Whose password this is chooses another at the first sign-in. */
const IS_GIVEN = true;

async function add(db: Db, login: string, asked: Asked): Promise<number> {
  const roles = (textOption(asked, 'role') ?? '').split(',');
  const wrong = roles.filter((role) => !isRole(role));
  if (wrong.length > 0)
    throw new Error(`--role takes ${ROLES.join(', ')}; not “${wrong.join(', ')}”`);
  const input = {
    login,
    name: textOption(asked, 'name') ?? login,
    roles: roles.filter(isRole),
    areaCode: textOption(asked, 'area') ?? '',
    password: await askPassword(),
  };
  return report(
    await db.tx((tx) => createActor(tx, HOUSE_ACTOR, input, clock(), IS_GIVEN)),
    `${login} is made`,
  );
}

async function newPassword(db: Db, login: string): Promise<number> {
  const actorId = (await db.read((tx) => idsOfLogins(tx, [login]))).get(login);
  if (!actorId) throw new Error(`there is no user ${login}`);
  const password = await askPassword();
  const done = await db.tx((tx) =>
    setPassword(tx, HOUSE_ACTOR, { actorId, password }, clock(), IS_GIVEN),
  );
  return report(done, `${login} has a new password; every session of theirs has ended`);
}

function report(result: unknown, said: string): number {
  if (!isRefusal(result)) {
    console.log(said);
    return 0;
  }
  console.error(`fenghuo: ${result.text.en} ${result.text.zh}`);
  for (const error of result.errors ?? []) console.error(`  ${error.path}: ${error.text.en}`);
  return 1;
}
