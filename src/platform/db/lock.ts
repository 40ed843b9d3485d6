import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** What a lock file holds: the pid, and when that process began, since pids come round again. */
type Owner = { readonly pid: number; readonly born: string };

/**
 * Takes `path` for this process, or throws naming the living owner. A lock whose owner is dead
 * (also after `kill -9` or a restart of the machine) is taken over. Returns how to let go.
 */
export function takeLock(path: string, of: string): () => void {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, born: bornOf(process.pid) }));
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        linkSync(mine, path); // appears whole or not at all, and only for one of us
        return () => rmSync(path, { force: true });
      } catch (fault) {
        if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw fault;
      }
      const owner = ownerOf(path);
      if (owner && isSame(owner)) {
        throw new Error(`${of} is in use by process ${owner.pid}; stop it first`);
      }
      rmSync(path, { force: true });
    }
    throw new Error(`${of}: several processes fight for ${path}`);
  } finally {
    rmSync(mine, { force: true });
  }
}

function ownerOf(path: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return undefined; // gone meanwhile, or torn by a crash: nobody's
  }
}

const isSame = (owner: Owner): boolean => isAlive(owner.pid) && bornOf(owner.pid) === owner.born;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, in a text that only equality matters of; '' when it is gone. */
function bornOf(pid: number): string {
  if (process.platform !== 'linux') return ps(pid, 'lstart=');
  try {
    // Field 22 of stat; the second may contain blanks, so count behind its parenthesis.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** The command line of a process; '' when it is gone. */
export function commandOf(pid: number): string {
  if (process.platform !== 'linux') return ps(pid, 'command=');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function ps(pid: number, column: string): string {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
