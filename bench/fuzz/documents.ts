/**
 * `npm run bench -- fuzz-documents [--documents N] [--seed N]`: real FHIR and CDA documents, changed by a
 * seed, read to their verdicts by both readers: no crash, no hang, bounded memory, the same rows twice.
 */
import { parseArgs } from 'node:util';
import { fuzzDocuments } from '../../tests/fuzz/documents.ts';
import { ms, positive, report, seeded, whole } from '../kit.ts';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
  },
});
const count = positive('documents', values.documents);
const seed = positive('seed', values.seed);
const begun = performance.now();
const done = await fuzzDocuments(count, seeded(seed));
const seconds = (performance.now() - begun) / 1000;
const SLOWEST_MS = 2_000;
const HEAP_MIB = 512;
report({
  promise: 'FHIR and CDA fuzzing: no crash, no hang, the same rows twice',
  measured: `${whole(done.messages)} documents, slowest ${ms(done.slowestMs)}, ${whole(done.heapMiB)} MiB`,
  limit: `≤ ${ms(SLOWEST_MS)} a document, ≤ ${HEAP_MIB} MiB`,
  ratio: undefined,
  kept: done.slowestMs <= SLOWEST_MS && done.heapMiB <= HEAP_MIB,
});
console.log(
  `  seed ${seed}, verdicts ${JSON.stringify(done.verdicts)}, ${whole(count / seconds)} documents/s`,
);
