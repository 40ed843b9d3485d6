import { link, mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Somebody else holds the folder: who. */
export class FolderHeld extends Error {
  constructor(dir: string, pid: number) {
    super(`${dir} is in use by process ${pid}; stop it first, or choose another data folder`);
    this.name = 'FolderHeld';
  }
}

export type Hold = { release(): Promise<void> };

/** When a process started, in clock ticks since boot: a reused pid has another. Empty where /proc is missing. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return ''; // no /proc on macOS, or the process is gone: the pid alone decides
  }
}

async function isAlive(holder: string): Promise<boolean> {
  const [pid = '', start = ''] = holder.trim().split(' ');
  if (!/^\d+$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return false; // EPERM: alive, another user's
  }
  return start === '' || start === (await startOf(Number(pid)));
}

/** Moves a dead holder's file away; puts it back when another process was faster and it is alive after all. */
async function clearDead(path: string, holder: string): Promise<void> {
  const aside = `${path}.dead.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw cause;
  }
  if ((await readFile(aside, 'utf8')) !== holder) await link(aside, path);
  await unlink(aside);
}

/**
 * Holds a folder for this process: one holder at a time, a dead one's hold is taken over (its pid is
 * gone, or belongs to a process started later). Throws FolderHeld.
 */
export async function holdFolder(dir: string, name: string): Promise<Hold> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, `${name}.lock`);
  const mine = `${process.pid} ${await startOf(process.pid)}\n`;
  for (let attempt = 0; ; attempt++) {
    try {
      await writeFile(path, mine, { flag: 'wx' });
      return { release: () => unlink(path) };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
    const holder = await readFile(path, 'utf8').catch(() => '');
    if (attempt >= 4 || (await isAlive(holder))) {
      throw new FolderHeld(dir, Number.parseInt(holder, 10) || 0);
    }
    await clearDead(path, holder);
  }
}
