/**
 * `npm run release`: what is committed, as one archive, beside what it is made of and the hashes of
 * both, in dist/release. Refuses a working tree that differs from the commit, or a failing check.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGES, QUICK, ROOT, runSteps } from '../checks/steps.ts';
import { readLock } from './lock.ts';
import { sbomOf } from './sbom.ts';

function git(...args: string[]): string {
  const said = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  if (said.status !== 0) throw new Error(`git ${args.join(' ')}: ${said.stderr}`);
  return said.stdout.trim();
}

function release(): void {
  if (git('status', '--porcelain') !== '')
    throw new Error('a release is made of a commit: commit or set aside what is changed');
  const failed = runSteps([...QUICK, PACKAGES]);
  if (failed.length > 0) throw new Error(`no release while these fail: ${failed.join(', ')}`);
  const lock = readLock();
  const folder = join(ROOT, 'dist', 'release');
  const archive = `fenghuo-${lock.packages['']?.version ?? '0'}-${git('rev-parse', '--short', 'HEAD')}.tar.gz`;
  mkdirSync(folder, { recursive: true });
  git(
    'archive',
    '--format=tar.gz',
    '--prefix=fenghuo/',
    `--output=${join(folder, archive)}`,
    'HEAD',
  );
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(sbomOf(lock), null, 1)}\n`);
  const sums = [archive, 'sbom.cdx.json'].map((name) => {
    const hash = createHash('sha256').update(readFileSync(join(folder, name)));
    return `${hash.digest('hex')}  ${name}\n`;
  });
  writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''));
  console.log(`dist/release: ${archive}, sbom.cdx.json, SHA256SUMS`);
}

try {
  release();
} catch (fault) {
  console.error(`fenghuo: ${fault instanceof Error ? fault.message : String(fault)}`);
  process.exitCode = 1;
}
