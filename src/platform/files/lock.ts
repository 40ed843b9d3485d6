import { link, mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Somebody else holds the folder: who. */
export class FolderHeld extends Error {
  constructor(dir: string, pid: number) {
    super(`${dir} is in use by process ${pid}; stop it first, or choose another data folder`);
    this.name = 'FolderHeld';
  }
}

/** Longer than a competitor needs from reading a dead hold to moving it away. */
const SETTLE_MS = 30;

export type Hold = { release(): Promise<void> };

type Life = { readonly start: string; readonly ended: boolean };

/**
 * When a process started, in clock ticks since boot (a reused pid has another), and whether it has
 * ended though nobody collected it: a container's first process often does not. Where there is no
 * /proc (macOS) nothing is known and the pid alone decides.
 */
async function lifeOf(pid: number): Promise<Life> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { start: fields[19] ?? '', ended: fields[0] === 'Z' || fields[0] === 'X' };
  } catch {
    return { start: '', ended: false };
  }
}

async function isAlive(holder: string): Promise<boolean> {
  const [pid = '', start = ''] = holder.trim().split(' ');
  if (!/^\d+$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (cause) {
    // EPERM: alive, but another user's
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const life = await lifeOf(Number(pid));
  return !life.ended && (start === '' || start === life.start);
}

const unlessExists = (cause: NodeJS.ErrnoException): void => {
  if (cause.code !== 'EEXIST') throw cause;
};

/**
 * Moves a dead holder's file away; puts it back when another process was faster and it is alive
 * after all.
 */
async function clearDead(path: string, holder: string): Promise<void> {
  const aside = `${path}.${process.pid}.${drafts++}`;
  try {
    await rename(path, aside);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw cause;
  }
  // EEXIST: a third took the place meanwhile; the one we swept away will notice and step back.
  if ((await readFile(aside, 'utf8')) !== holder) await link(aside, path).catch(unlessExists);
  await unlink(aside);
}

/** Puts the lock there whole, or not at all when there is one. */
async function place(path: string, mine: string): Promise<boolean> {
  const draft = `${path}.${process.pid}.${drafts++}`;
  await writeFile(draft, mine);
  try {
    await link(draft, path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    return false;
  } finally {
    await unlink(draft);
  }
}
let drafts = 0;

/**
 * Holds a folder for this process: one holder at a time, a dead one's hold is taken over (its pid
 * is gone, or belongs to a process started later). Throws FolderHeld.
 */
export async function holdFolder(dir: string, name: string): Promise<Hold> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, `${name}.lock`);
  const { start } = await lifeOf(process.pid);
  const mine = `${process.pid} ${start}\n`;
  const read = (): Promise<string> => readFile(path, 'utf8').catch(() => '');
  for (let attempt = 0; ; attempt++) {
    if (await place(path, mine)) {
      if (attempt === 0) return { release: () => unlink(path) };
      // Another may have judged the dead holder at the same time and swept ours away with it.
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      if ((await read()) === mine) return { release: () => unlink(path) };
    }
    const holder = await read();
    if (attempt >= 4 || (await isAlive(holder))) {
      throw new FolderHeld(dir, Number.parseInt(holder, 10) || 0);
    }
    await clearDead(path, holder);
  }
}
