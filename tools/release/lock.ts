import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One package of package-lock.json, as far as we read it. */
export type Locked = {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly link?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
};
export type Lock = { readonly packages: Readonly<Record<string, Locked>> };

const ROOT = join(import.meta.dirname, '../..');
const read = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));

export const readLock = (): Lock => read('package-lock.json') as Lock;
/** Packages whose install scripts may run, by package.json. */
export const allowedScripts = (): readonly string[] =>
  Object.entries(
    (read('package.json') as { allowScripts?: Record<string, boolean> }).allowScripts ?? {},
  )
    .filter(([, isAllowed]) => isAllowed)
    .map(([name]) => name);

/** `node_modules/a/node_modules/@b/c` is package `@b/c`. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 13);

/** Where `name`, asked for by the package at `path`, was put: its own folder first, then upwards. */
export function whereIs(lock: Lock, path: string, name: string): string | undefined {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const here = `${at ? `${at}/` : ''}node_modules/${name}`;
    if (here in lock.packages) return here;
    if (at === '') return undefined;
  }
}
