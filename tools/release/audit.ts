/**
 * `npm run check`, step “packages”: what the lock file says by itself, then what the registry knows of
 * weaknesses. A registry that has no advisories (a mirror, or no network) is told plainly and fails nothing.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { allowedScripts, readLock } from './lock.ts';
import { supplyFaults } from './supply.ts';

const ROOT = join(import.meta.dirname, '../..');
const ASK = ['audit', '--json', '--omit=dev', '--fetch-retries=0', '--fetch-timeout=8000'];

type Report = {
  readonly vulnerabilities?: Readonly<
    Record<
      string,
      { readonly severity: string; readonly range: string; readonly via: readonly unknown[] }
    >
  >;
};

/** undefined: nobody could be asked. */
function askRegistry(): Report['vulnerabilities'] {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const said = spawnSync(npm, ASK, { cwd: ROOT, encoding: 'utf8', timeout: 30_000 });
  try {
    return (JSON.parse(said.stdout) as Report).vulnerabilities;
  } catch {
    return undefined;
  }
}

const faults = supplyFaults(readLock(), allowedScripts());
for (const fault of faults) console.log(`  ${fault}`);

const known = askRegistry();
if (!known) console.log('  advisories could not be asked: this registry answers none');
const grave = Object.entries(known ?? {}).filter(([, it]) => /high|critical/.test(it.severity));
for (const [name, it] of Object.entries(known ?? {}))
  console.log(`  ${name} ${it.range}: ${it.severity}`);
process.exitCode = faults.length + grave.length > 0 ? 1 : 0;
