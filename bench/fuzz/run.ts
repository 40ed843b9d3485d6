/**
 * `npm run bench -- fuzz [--requests N] [--seed N]`: requests drawn from the OpenAPI document, sound
 * and spoiled, by every role of one district, against a house of two. One finding breaks the promise.
 */
import { parseArgs } from 'node:util';
import { fuzz, summaryOf } from '../../tests/fuzz/fuzz.ts';
import { positive, report, whole } from '../kit.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
});
const count = positive('requests', values.requests);
const seed = positive('seed', values.seed);

const done = await fuzz(count, seed, (sent) => {
  if (sent % 10_000 === 0) console.log(`  ${whole(sent)} of ${whole(count)} sent`);
});
for (const line of summaryOf(done)) console.log(line);
console.log(`  answered ${JSON.stringify(done.byStatus)} by ${done.operations} operations`);
console.log(`  never brought to a good end: ${done.neverWell.length}`);
for (const line of done.neverWell) console.log(`    ${line}`);

const wrong = done.findings.length + done.faults.length + done.trail.length;
report({
  promise: 'fuzzing: no 5xx, no inside shown, no far row, a whole trail',
  measured: `${whole(done.requests)} requests, ${wrong} findings`,
  limit: '0 findings',
  ratio: undefined,
  kept: wrong === 0,
});
console.log(
  `  seed ${seed}, ${done.seconds.toFixed(0)} s, ${whole(done.requests / done.seconds)} requests/s`,
);
process.exit(wrong === 0 ? 0 : 1);
