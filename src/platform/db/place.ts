import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Binaries } from './binaries.ts';

/** Who runs PostgreSQL when we are root, which it refuses. */
export type Runner = { readonly uid: number; readonly gid: number };
/** Where the data of one home lies, and as whom the server runs (undefined: as ourselves). */
export type Place = { readonly folder: string; readonly runner: Runner | undefined };

/** Where data goes that `nobody` cannot reach in its home, one folder per home. */
const FALLBACK = '/var/lib/fenghuo';

/**
 * `home/postgres`, made ready. For root it belongs to `nobody` (a uid without a passwd entry
 * fails), which must be able to reach it; a home below a closed folder such as /root keeps its
 * data below /var/lib/fenghuo instead and says so in `home/postgres.place`.
 */
export function placeOf(home: string): Place {
  const root = resolve(home);
  mkdirSync(root, { recursive: true });
  const runner = process.getuid?.() === 0 ? nobody() : undefined;
  const folder = runner ? reachableFolder(root) : join(root, 'postgres');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (runner) chownSync(folder, runner.uid, runner.gid);
  chmodSync(folder, 0o700);
  return { folder, runner };
}

function reachableFolder(root: string): string {
  if (isReachable(dirname(root))) {
    chmodSync(root, statSync(root).mode | 0o011);
    return join(root, 'postgres');
  }
  const name = `${basename(root)}-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`;
  const folder = join(FALLBACK, name, 'postgres');
  mkdirSync(dirname(folder), { recursive: true, mode: 0o711 });
  writeFileSync(
    join(root, 'postgres.place'),
    `${folder}

PostgreSQL does not run as root, and its user cannot reach a folder below ${dirname(root)},
so the database of this home lies in the folder above. Back it up with this one.
`,
  );
  return folder;
}

/** Whether everybody may pass through `path` and all its parents. */
export function isReachable(path: string): boolean {
  for (let at = resolve(path); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** A copy of the binaries beside the data when the runner cannot reach them where npm put them. */
export function runnableBin(binaries: Binaries, place: Place): string {
  if (!place.runner || isReachable(binaries.bin)) return binaries.bin;
  const copy = join(dirname(place.folder), `postgresql-${binaries.major}`);
  if (!existsSync(join(copy, 'complete'))) {
    cpSync(dirname(binaries.bin), copy, { recursive: true, verbatimSymlinks: true });
    chmodSync(copy, 0o755);
    writeFileSync(join(copy, 'complete'), '');
  }
  return join(copy, 'bin');
}

function nobody(): Runner {
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'])) | 0;
  return { uid: id('-u'), gid: id('-g') };
}
