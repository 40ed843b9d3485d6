/**
 * `npm run bench -- fuzz-hl7 [--messages N] [--seed N]`: real HL7 v2 messages, changed by a seed, read
 * to their verdicts: no crash, no hang, bounded memory, every byte in a piece, every row with a verdict.
 */
import { parseArgs } from 'node:util';
import { fuzzMessages } from '../../tests/fuzz/messages.ts';
import { ms, positive, report, seeded, whole } from '../kit.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
  },
});
const count = positive('messages', values.messages);
const seed = positive('seed', values.seed);
const begun = performance.now();
const done = await fuzzMessages(count, seeded(seed));
const seconds = (performance.now() - begun) / 1000;
const SLOWEST_MS = 2_000;
const HEAP_MIB = 512;
report({
  promise: 'HL7 v2 fuzzing: no crash, no hang, every byte accounted for',
  measured: `${whole(done.messages)} files, slowest ${ms(done.slowestMs)}, ${whole(done.heapMiB)} MiB`,
  limit: `≤ ${ms(SLOWEST_MS)} a file, ≤ ${HEAP_MIB} MiB`,
  ratio: undefined,
  kept: done.slowestMs <= SLOWEST_MS && done.heapMiB <= HEAP_MIB,
});
console.log(
  `  seed ${seed}, ${whole(done.rows)} rows ${JSON.stringify(done.verdicts)}, ` +
    `${whole(count / seconds)} files/s`,
);
