import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/**
 * Takes a data folder for this process; refuses when another house runs in it. Returns how to
 * let go.
 */
export function holdHome(home: string): () => Promise<void> {
  const path = join(home, 'house.pid');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return async () => rmSync(path, { force: true });
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== 'EEXIST')
        throw new Error(`cannot use the data folder ${home}`, { cause: fault });
    }
    const pid = Number(readFileSync(path, 'utf8'));
    if (pid > 0 && pid !== process.pid && isAlive(pid))
      throw new Error(
        `another Fenghuo (process ${pid}) is running in ${home}; stop it, or set FENGHUO_HOME to another folder`,
      );
    rmSync(path, { force: true });
  }
  throw new Error(`cannot take the data folder ${home}`);
}

const urlPath = (home: string): string => join(home, 'house.url');

/**
 * Writes down where the database of this run listens, for the command line. Readable by the
 * owner alone.
 */
export function noteUrl(home: string, url: string): () => Promise<void> {
  writeFileSync(urlPath(home), url, { mode: 0o600 });
  return async () => rmSync(urlPath(home), { force: true });
}

const lakePath = (home: string): string => join(home, 'lake.url');

/** Where the lake of this run listens, likewise. */
export function noteLake(home: string, url: string): () => Promise<void> {
  writeFileSync(lakePath(home), url, { mode: 0o600 });
  return async () => rmSync(lakePath(home), { force: true });
}

export const runningLake = (home: string): string | undefined =>
  existsSync(lakePath(home)) ? readFileSync(lakePath(home), 'utf8') : undefined;

export const runningUrl = (home: string): string | undefined =>
  existsSync(urlPath(home)) ? readFileSync(urlPath(home), 'utf8') : undefined;
