import { program, QUICK, runSteps } from './steps.ts';
import { runSuite, type Tally } from './suite.ts';

/** `npm test`: everything, on this machine, with nothing installed by hand. `npm test -- unit` runs one part. */
const SUITES: Record<string, { patterns: string[]; concurrency: number }> = {
  unit: {
    patterns: [
      'src/**/*.test.ts',
      'tools/**/*.test.ts',
      'tests/fuzz/*.test.ts',
      'tests/golden/*.test.ts',
      'tests/replay/*.test.ts',
    ],
    concurrency: 3,
  },
  faces: { patterns: ['web/**/*.test.ts', 'tests/faces/*.test.ts'], concurrency: 2 },
  journeys: { patterns: ['tests/journeys/*.test.ts'], concurrency: 1 },
};

const asked = process.argv.slice(2);
const wants = (part: string): boolean => asked.length === 0 || asked.includes(part);

const steps = wants('quick') ? [...QUICK] : [];
if (wants('faces') || wants('journeys')) steps.push(program('faces are built', 'build'));
const failedSteps = runSteps(steps);

const total: Tally = {
  passed: steps.length - failedSteps.length,
  failed: failedSteps.length,
  skipped: 0,
};
for (const [name, { patterns, concurrency }] of Object.entries(SUITES)) {
  if (!wants(name)) continue;
  const tally = await runSuite(name, patterns, concurrency);
  total.passed += tally.passed;
  total.failed += tally.failed;
  total.skipped += tally.skipped;
}
if (failedSteps.length) console.log(`failed steps: ${failedSteps.join(', ')}`);
console.log(`all in ${(performance.now() / 1000).toFixed(0)} s`);
console.log(`tests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed ? 1 : 0;
