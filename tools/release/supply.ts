import { type Lock, type Locked, nameOf } from './lock.ts';

/** Licences a city may build on and pass on. Another one is a decision, made here and reviewed. */
const LICENCES = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
  'Python-2.0',
  // File-level copyleft, used unchanged.
  'MPL-2.0',
  // Fonts.
  'OFL-1.1',
]);

/** `(MIT OR Apache-2.0)`: one of an OR, all of an AND. Brackets within brackets nobody writes. */
export function isLicenceAllowed(expression: string | undefined): boolean {
  if (!expression) return false;
  const plain = expression.replaceAll(/[()]/g, '');
  return plain
    .split(' OR ')
    .some((each) => each.split(' AND ').every((name) => LICENCES.has(name.trim())));
}

const faultsOf = (path: string, it: Locked, scripts: ReadonlySet<string>): string[] => {
  const name = nameOf(path);
  const faults: string[] = [];
  if (it.link || !it.version) faults.push('is a link or has no version');
  if (!it.integrity?.startsWith('sha512-')) faults.push('has no SHA-512 in package-lock.json');
  if (it.resolved && !it.resolved.startsWith('https://registry.npmjs.org/'))
    faults.push(`comes from ${it.resolved}, not from the registry`);
  // A build for another platform is never installed beside ours, so its script never runs.
  const isElsewhere = it.optional === true && (it.os ?? it.cpu) !== undefined;
  if (it.hasInstallScript && !scripts.has(name) && !isElsewhere)
    faults.push('runs a script at its installation and is not in allowScripts');
  if (!isLicenceAllowed(it.license)) faults.push(`has the licence ${it.license ?? '(none)'}`);
  return faults.map((fault) => `${name}@${it.version ?? '?'} ${fault}`);
};

/** What is wrong with the packages the lock file names; works without a network. */
export const supplyFaults = (lock: Lock, allowedScripts: readonly string[]): string[] => {
  const scripts = new Set(allowedScripts);
  return Object.entries(lock.packages)
    .filter(([path]) => path !== '')
    .flatMap(([path, it]) => faultsOf(path, it, scripts));
};
