import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');
export type Step = { name: string; command: string; args: string[] };

const bin = (name: string): string => join(ROOT, 'node_modules', '.bin', name);

export const tool = (name: string, command: string, ...args: string[]): Step => ({
  name,
  command: bin(command),
  args,
});
/** One command of our own program. */
export const program = (name: string, ...args: string[]): Step => ({
  name,
  command: process.execPath,
  args: ['--disable-warning=ExperimentalWarning', join(ROOT, 'src/entry/main.ts'), ...args],
});
export const nodeTests = (name: string, ...args: string[]): Step => ({
  name,
  command: process.execPath,
  args: ['--disable-warning=ExperimentalWarning', '--test', '--test-reporter=dot', ...args],
});

/** Seconds: types, lint, format and the house law. */
export const QUICK: Step[] = [
  tool('types', 'tsc', '-p', ROOT, '--noEmit'),
  tool('lint', 'oxlint', '--quiet', 'src', 'web', 'tests', 'tools', 'bench'),
  tool(
    'format',
    'biome',
    'format',
    '--log-level=error',
    '--max-diagnostics=5',
    'src',
    'web',
    'tests',
    'tools',
    'bench',
  ),
  nodeTests('house law', 'tests/house/*.test.ts'),
];

/** What we are built of: the lock file by itself, then the registry's advisories where it has any. */
export const PACKAGES: Step = {
  name: 'packages',
  command: process.execPath,
  args: ['--disable-warning=ExperimentalWarning', join(ROOT, 'tools/release/audit.ts')],
};

/** Runs steps one after another; says what failed and how long each took. Returns the names of those that failed. */
export function runSteps(steps: Step[]): string[] {
  const failed: string[] = [];
  for (const { name, command, args } of steps) {
    const start = performance.now();
    const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${status === 0 ? '✔' : '✖'} ${name} (${seconds} s)`);
    if (status !== 0) failed.push(name);
  }
  return failed;
}
