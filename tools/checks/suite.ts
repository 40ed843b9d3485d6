import { globSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { ROOT } from './steps.ts';

export type Tally = { passed: number; failed: number; skipped: number };

type Failure = { name: string; file: string; why: string };

/** What `npm test` runs besides the house law, part by part. A test holds every test file to it. */
export const SUITES: Record<string, { patterns: string[]; concurrency: number }> = {
  unit: {
    patterns: [
      'src/**/*.test.ts',
      'tools/**/*.test.ts',
      'bench/**/*.test.ts',
      'tests/fuzz/*.test.ts',
      'tests/golden/*.test.ts',
      'tests/replay/*.test.ts',
      'tests/walls/*.test.ts',
    ],
    concurrency: 3,
  },
  faces: { patterns: ['web/**/*.test.ts', 'tests/faces/*.test.ts'], concurrency: 2 },
  journeys: { patterns: ['tests/journeys/*.test.ts'], concurrency: 1 },
};

const filesOf = (patterns: string[]): string[] =>
  patterns
    .flatMap((p) => globSync(p, { cwd: ROOT }))
    .map((f) => join(ROOT, f))
    .toSorted();

const reasonOf = (details: { error?: { cause?: unknown; message?: string } }): string => {
  const cause = details.error?.cause;
  return cause instanceof Error
    ? (cause.stack ?? cause.message)
    : (details.error?.message ?? String(cause));
};

/** Runs test files, each in a process of its own, and prints a line per file and every failure in full. */
export async function runSuite(
  name: string,
  patterns: string[],
  concurrency: number,
): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  const failures: Failure[] = [];
  const files = filesOf(patterns);
  const start = performance.now();
  const stream = run({
    files,
    concurrency,
    timeout: 600_000,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  stream.on('test:pass', (it) => {
    if (it.details.type === 'suite' || files.includes(it.name)) return;
    if (it.skip === undefined || it.skip === false) tally.passed += 1;
    else {
      tally.skipped += 1;
      console.log(
        `  skipped: ${it.name} (${typeof it.skip === 'string' ? it.skip : 'no reason given'})`,
      );
    }
  });
  stream.on('test:fail', (it) => {
    if (it.details.type === 'suite' && it.details.error?.message?.includes('subtest')) return;
    tally.failed += 1;
    failures.push({ name: it.name, file: it.file ?? '', why: reasonOf(it.details) });
  });
  stream.on(
    'test:stderr',
    (it) => process.env.FENGHUO_TEST_VERBOSE && process.stderr.write(it.message),
  );
  for await (const _ of stream.compose(async function* drain(source: AsyncIterable<unknown>) {
    for await (const each of source) yield each;
  })) {
    // Events are handled above; reading to the end is what runs the files.
  }
  for (const { name: test, file, why } of failures) console.log(`\n✖ ${test}\n  ${file}\n${why}\n`);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${tally.failed ? '✖' : '✔'} ${name}: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped (${files.length} files, ${seconds} s)`,
  );
  return tally;
}
