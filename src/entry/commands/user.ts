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
import type { Db } from '#platform/db/index.ts';
import { type Asked, type Command, textOption } from '../command.ts';
import { readConfig } from '../config.ts';
import { clock, openForCommand } from '../open.ts';

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);

export const command: Command = {
  summary: 'Make a user, or give one a new password',
  usage: 'add LOGIN --name NAME --role ROLE[,ROLE] --area CODE | password LOGIN',
  options: {
    name: { type: 'string', words: 'name as colleagues know it' },
    role: { type: 'string', words: `one or more of ${ROLES.join(', ')}` },
    area: { type: 'string', words: 'area code, 12 digits (grids: 14)' },
  },
  async run(asked) {
    const [verb, login] = asked.positionals;
    if (!login || (verb !== 'add' && verb !== 'password'))
      throw new Error(`usage: fenghuo user ${command.usage}`);
    const db = openForCommand(readConfig(asked.env));
    try {
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
    await db.tx((tx) => createActor(tx, HOUSE_ACTOR, input, clock())),
    `${login} is made`,
  );
}

async function newPassword(db: Db, login: string): Promise<number> {
  const actorId = (await db.read((tx) => idsOfLogins(tx, [login]))).get(login);
  if (!actorId) throw new Error(`there is no user ${login}`);
  const password = await askPassword();
  const done = await db.tx((tx) => setPassword(tx, HOUSE_ACTOR, { actorId, password }, clock()));
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
