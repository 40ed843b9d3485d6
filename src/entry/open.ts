import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '#base/time.ts';
import { type Db, HOUSE_SIGHT, openDb } from '#platform/db/index.ts';
import { type Lake, openLake } from '#platform/lake/index.ts';
import {
  type MandateKeys,
  openMandateKeys,
  openSigner,
  type Signer,
  type Vault,
} from '#platform/secrets/index.ts';
import type { Config } from './config.ts';
import { openHouseVault } from './keeping/vault.ts';
import { loginsOf } from './start/database.ts';
import { runningUrl } from './start/home.ts';

/** The real clock and real chance: made here, passed to everybody below. */
export const clock: Clock = () => Date.now();
export const chance = (bytes: number): Uint8Array => randomBytes(bytes);

/** Where a home keeps what. */
export const placesOf = (home: string) => ({
  log: join(home, 'log'),
  segments: join(home, 'segments'),
  tiles: join(home, 'tiles'),
  checkpoints: join(home, 'checkpoints.ndjson'),
});

export type Opened = {
  readonly db: Db;
  readonly lake: Lake;
  readonly vault: Vault;
  /** One key per order: what came in under an order opens with nothing else. */
  readonly mandateKeys: MandateKeys;
  readonly signer: Signer;
};

/** Opens what every process of a running house needs, by the URLs that `start` handed down. */
export async function openAll(
  config: Config,
  name: string,
  connectionsMax: number,
): Promise<Opened> {
  const urls = loginsOf(config);
  const { lakeUrl } = config;
  if (!urls || !lakeUrl)
    throw new Error(`${name} is started by \`fenghuo start\`, or needs DATABASE_URL and LAKE_URL`);
  const options = { max: connectionsMax, name };
  // What a server does by itself it does in the house's name; a route is handed the asker's sight.
  const db =
    name === 'server'
      ? openDb(urls.server, options).seeing(HOUSE_SIGHT)
      : openDb(urls.worker, options);
  const lake = await openLake({ url: lakeUrl });
  const vault = await openHouseVault(config.home, process.env);
  const mandateKeys = openMandateKeys(config.home, vault);
  return {
    db,
    lake,
    vault,
    mandateKeys,
    signer: openSigner({ home: config.home, suite: vault.state().suite }),
  };
}

/**
 * The database of a running or stopped house, for commands: by URL, else the one `start` wrote
 * down. As the worker: it reads what it must, and neither owns nor alters a table.
 */
export function openForCommand(config: Config): Db {
  const url = loginsOf(config)?.worker ?? runningUrl(config.home);
  if (!url)
    throw new Error(
      `no house is running in ${config.home}; run \`npm start\` first, or set DATABASE_URL`,
    );
  return openDb(url, { max: 2, name: 'command' });
}
