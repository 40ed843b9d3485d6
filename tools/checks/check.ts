import { PACKAGES, QUICK, runSteps } from './steps.ts';

const failed = runSteps([...QUICK, PACKAGES]);
console.log(failed.length ? `check: failed: ${failed.join(', ')}` : 'check: all good');
process.exitCode = failed.length ? 1 : 0;
