import { setTimeout as sleep } from 'node:timers/promises';
import { logAges } from '#platform/files/index.ts';
import {
  addKey,
  beginIndex,
  endOlderIndexes,
  openMandateKeys,
  retireKey,
  rewrapKeys,
  sealWith,
  type Vault,
} from '#platform/secrets/index.ts';
import { newestIndex, progressOf, turnKeys, valuesByKey } from '#registers/retention/index.ts';
import type { Asked, Command } from '../command.ts';
import { readConfig } from '../config.ts';
import { ALL_SEALED, allIndexes } from '../keeping/lists.ts';
import { keysFrom, openHouseVault } from '../keeping/vault.ts';
import { clock, openForCommand, placesOf } from '../open.ts';

/** Running processes look for keys each second: after so long every one of them has looked. */
const SPREAD_MS = 4_000;

export const command: Command = {
  summary: 'Keys of the house: add one, bring everything under it, take an old one away.',
  usage: 'keys add | status | rotate | retire ID | rewrap',
  options: {},
  async run(asked) {
    const verb = VERBS[asked.positionals[0] ?? 'status'];
    if (!verb) {
      console.error('fenghuo keys add | status | rotate | retire ID | rewrap');
      return 2;
    }
    return verb(asked);
  },
};

type Verb = (asked: Asked) => Promise<number>;

/** A new key; values are sealed with it as soon as the processes see it, at once or within seconds. */
const add: Verb = async ({ env }) => {
  const { home } = readConfig(env);
  const from = keysFrom(home, env);
  const vault = await openHouseVault(home, env);
  const state = vault.state();
  const sealing = state.keys.find((key) => key.seals);
  // A key that others must fetch first may not seal before all of them have it.
  if (from.source && sealing) sealWith(home, state, sealing.id);
  await addKey(from);
  if (from.source) {
    await sleep(SPREAD_MS);
    sealWith(home, state, undefined);
  }
  await vault.refresh();
  console.log(`key ${vault.state().keys.at(-1)?.name} seals from now on; next: keys rotate`);
  return 0;
};

/** Seals everything anew and makes the indexes under the newest key, while the house runs. */
const rotate: Verb = async ({ env }) => {
  const config = readConfig(env);
  const vault = await openHouseVault(config.home, env);
  if (vault.state().keys.length < 2) {
    console.error('there is one key only; first: keys add');
    return 1;
  }
  beginIndex(config.home, vault.state());
  await vault.refresh();
  const db = openForCommand(config);
  try {
    const deps = { db, vault, sealed: ALL_SEALED, indexes: allIndexes(db) };
    for (let turn = 0; !(await turnKeys(deps, clock())); turn++) {
      if (turn % 10 === 0) console.log('working …');
      await sleep(500);
    }
    const keys = openMandateKeys(config.home, vault).rewrap();
    for (const it of await progressOf(db, vault)) console.log(`${it.what}: ${it.rows} rows`);
    console.log(`keys of orders wrapped anew: ${keys}. Older keys may go: keys retire ID`);
    return 0;
  } finally {
    await db.close();
  }
};

const status: Verb = async ({ env }) => {
  const config = readConfig(env);
  const vault = await openHouseVault(config.home, env);
  const { suite, keys, indexes } = vault.state();
  console.log(`suite ${suite}; indexes under ${indexes.length} key(s)`);
  const db = openForCommand(config);
  try {
    const named = await valuesByKey(db, ALL_SEALED);
    const blocks = await logKeys(config.home);
    for (const key of keys) {
      const own = named.filter((it) => it.key === key.name);
      const rows = own.reduce((sum, it) => sum + it.rows, 0);
      const files = blocks.filter((name) => name === key.name).length;
      console.log(
        `${key.name}${key.seals ? ' (seals)' : ''}: ${rows} values, ${files} files of the log`,
      );
      for (const it of own) console.log(`    ${it.column}: ${it.rows}`);
    }
    for (const it of await progressOf(db, vault))
      console.log(`${it.what}: ${it.done ? 'done' : 'under way'}, ${it.rows} rows sealed anew`);
    return 0;
  } finally {
    await db.close();
  }
};

/** For each file of the log, the name of every key that sealed a block of it. */
const logKeys = async (home: string): Promise<string[]> =>
  (await logAges(placesOf(home).log)).flatMap((file) => [
    ...new Set(file.headers.map((header) => header.slice(2))),
  ]);

/** What still names a key, in words; empty when it may go. */
async function stillNamed(config: ReturnType<typeof readConfig>, vault: Vault, name: string) {
  const db = openForCommand(config);
  try {
    const reasons = (await valuesByKey(db, ALL_SEALED))
      .filter((it) => it.key === name)
      .map((it) => `${it.column}: ${it.rows} values`);
    const files = (await logKeys(config.home)).filter((it) => it === name).length;
    if (files > 0)
      reasons.push(`${files} files of the raw log (they go with their retention clock)`);
    const newest = newestIndex(vault);
    for (const room of newest ? allIndexes(db) : []) {
      const missing = await room.missing(newest ?? Buffer.alloc(5));
      if (missing > 0) reasons.push(`index ${room.name}: ${missing} values not made yet`);
    }
    return reasons;
  } finally {
    await db.close();
  }
}

/** Takes a key away when nothing names it: its values, blocks of the log, indexes are counted now. */
const retire: Verb = async ({ env, positionals }) => {
  const config = readConfig(env);
  const vault = await openHouseVault(config.home, env);
  const key = vault.state().keys.find((it) => it.name === positionals[1]);
  if (!key || key.seals) {
    console.error(key ? 'this key seals; add another first' : 'no such key: see keys status');
    return 2;
  }
  openMandateKeys(config.home, vault).rewrap();
  const reasons = await stillNamed(config, vault, key.name);
  if (reasons.length > 0) {
    console.error(`key ${key.name} is still needed:\n  ${reasons.join('\n  ')}`);
    return 1;
  }
  const newest = newestIndex(vault);
  if (newest) {
    endOlderIndexes(config.home, vault.state());
    await sleep(SPREAD_MS);
    await vault.refresh();
    const db = openForCommand(config);
    try {
      for (const room of allIndexes(db)) await room.drop(newest);
    } finally {
      await db.close();
    }
  }
  const file = retireKey(config.home, vault.state(), key.id);
  console.log(`${file} is in keys/retired: keep it as long as backups of before are kept`);
  return 0;
};

/** Wraps the data keys with the newest root; nothing of the data changes. */
const rewrap: Verb = async ({ env }) => {
  const { home } = readConfig(env);
  const { source } = keysFrom(home, env);
  if (!source) {
    console.error('set FENGHUO_ROOT_KEY or FENGHUO_KMS_URL: the root that shall wrap the keys');
    return 2;
  }
  console.log(`${await rewrapKeys(home, source)} keys wrapped by ${source.name}`);
  return 0;
};

const VERBS: Record<string, Verb> = { add, rotate, status, retire, rewrap };
