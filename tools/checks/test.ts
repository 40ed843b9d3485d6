import { program, QUICK, runSteps } from './steps.ts';
import { runSuite, SUITES, type Tally } from './suite.ts';

// `npm test`: everything, on this machine, with nothing installed by hand; `npm test -- unit` runs one part.
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
