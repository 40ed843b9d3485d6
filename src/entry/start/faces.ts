import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../config.ts';

export const FACES = join(ROOT, 'dist', 'web');
const STAMP = join(FACES, '.built-from');

/** A hash over everything the faces are built from: web, contracts and base. */
function sourceHash(): string {
  const files = ['web', 'src'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => folder === 'web' || /contract\.ts$|\/base\//.test(path)),
  );
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json')));
  for (const path of files.toSorted())
    hash.update(path.slice(ROOT.length)).update(readFileSync(path));
  return hash.digest('hex');
}

export const facesAreFresh = (): boolean =>
  existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sourceHash();

/** Builds the faces beside the ones in use, then swaps them; throws Vite's words when it fails. */
export async function buildFaces(): Promise<void> {
  const hash = sourceHash();
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const making = `${FACES}.${process.pid}`;
  const args = ['build', '-c', 'web/vite.config.ts', '--logLevel', 'error', '--outDir', making];
  const child = spawn(process.execPath, [vite, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (said += String(chunk)));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  if (code !== 0) throw new Error(`the faces could not be built:\n${said.slice(-4_000)}`);
  writeFileSync(join(making, '.built-from'), hash);
  // Two renames: a house that serves these faces now misses them for microseconds, not for a removal.
  const old = `${making}.old`;
  if (existsSync(FACES)) renameSync(FACES, old);
  renameSync(making, FACES);
  rmSync(old, { recursive: true, force: true });
}
