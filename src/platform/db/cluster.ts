import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Binaries, findBinaries } from './binaries.ts';
import { commandOf, isAlive } from './lock.ts';
import { type Place, runnableBin } from './place.ts';

/** A data folder that can be served: by which programs, and the password of its only login. */
export type Cluster = { readonly bin: string; readonly data: string; readonly password: string };

export const LOGIN = 'fenghuo';
const STOP_WAIT_MS = 30_000;

/** The data folder of a place, made by initdb at the first time. Throws when no program fits it. */
export async function clusterOf(place: Place, onlyEmbedded: boolean): Promise<Cluster> {
  const data = join(place.folder, 'data');
  const found = await findBinaries();
  const binaries = choose(onlyEmbedded ? found.filter((b) => b.embedded) : found, data);
  const bin = runnableBin(binaries, place);
  const passwordFile = join(place.folder, 'password');
  if (!existsSync(join(data, 'PG_VERSION'))) {
    writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (place.runner) chownSync(passwordFile, place.runner.uid, place.runner.gid);
    await makeCluster(bin, binaries.major, data, passwordFile, place);
  }
  return { bin, data, password: readFileSync(passwordFile, 'utf8').trim() };
}

/**
 * The best binaries, or those of the version that made the data: versions cannot read each
 * other.
 */
function choose(found: readonly Binaries[], data: string): Binaries {
  const file = join(data, 'PG_VERSION');
  const made = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
  const fit = found.find((b) => made === undefined || b.major === made);
  if (fit) return fit;
  if (made)
    throw new Error(`${data} was made by PostgreSQL ${made}, which is not installed any more`);
  throw new Error(
    'no PostgreSQL found: install version 15 or newer, or run npm install again for the embedded one, or set DATABASE_URL',
  );
}

/**
 * initdb into a side folder, renamed when complete: a kill in the middle leaves no half cluster.
 * Order is by code point in every variant; C.UTF-8 adds upper and lower case beyond ASCII.
 */
async function makeCluster(
  bin: string,
  major: number,
  data: string,
  passwordFile: string,
  place: Place,
): Promise<void> {
  const fresh = `${data}.new`;
  const base = ['-D', fresh, '--encoding=UTF8', `--username=${LOGIN}`, `--pwfile=${passwordFile}`];
  const locales =
    major >= 17
      ? [['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']]
      : [['--locale=C.UTF-8'], ['--locale=C']];
  let said = '';
  for (const locale of locales) {
    rmSync(fresh, { recursive: true, force: true });
    const args = [...base, '--auth=scram-sha-256', '--no-instructions', ...locale];
    const end = await runToEnd(join(bin, 'initdb'), args, place);
    if (end.code === 0) {
      renameSync(fresh, data);
      return;
    }
    said = end.said;
  }
  throw new Error(`initdb could not make ${data}: ${said.slice(-500)}`);
}

function runToEnd(
  program: string,
  args: string[],
  place: Place,
): Promise<{ code: number | null; said: string }> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, {
      ...place.runner,
      cwd: place.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.once('error', (cause) => fail(new Error(`${program} does not start`, { cause })));
    child.once('close', (code) => done({ code, said }));
  });
}

/**
 * Ends a server that outlived the process which started it (`kill -9` of ours leaves it running)
 * and takes away a postmaster.pid that no server stands behind. Only whoever holds our lock may
 * call it.
 */
export async function healLeftover(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const ours = (): boolean => pid > 0 && isAlive(pid) && commandOf(pid).includes(data);
  if (ours()) {
    process.kill(pid, 'SIGINT');
    for (let waited = 0; ours() && waited < STOP_WAIT_MS; waited += 20) await sleep(20);
    if (ours()) process.kill(pid, 'SIGQUIT');
    for (let waited = 0; ours() && waited < STOP_WAIT_MS; waited += 20) await sleep(20);
    if (ours()) throw new Error(`PostgreSQL process ${pid} on ${data} does not stop`);
  }
  rmSync(file, { force: true });
}
