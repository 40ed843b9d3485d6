import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { dryRun } from '#intake/records/index.ts';
import { readerNamed } from '#intake/sources/index.ts';
import { piecesOf } from '#intake/sources/hl7/files/pieces.ts';
import { SHARED_DATA } from '../builders/shared.ts';

const folder = join(SHARED_DATA, 'messages/hl7v2');

const OWN = [
  [
    'MSH|^~\\&|HIS|P001|||20261120083000+0800||ADT^A04^ADT_A01|M1|P|2.5.1||||||UNICODE UTF-8',
    'EVN|A04|20261120083000',
    'PID|1||1^^^^MR~11010519491231002X^^^^NNCHN||张^三||19491231|F|||第一大街1号^^江州||^PRN^PH^^^^138',
    'PV1|1|O|FEVER^^^P001',
    'PV2|||^发热\\T\\咳嗽 \\X0D0A\\ \\.br\\',
    'DG1|1||J11.1^流感^I10',
  ].join('\r'),
  [
    'FHS|^~\\&|LIS\rBHS|^~\\&|LIS\rMSH|^~\\&|LIS|P001|||20261120||ORU^R01|M2|P|2.3',
    'PID|||X1^^^^PPN||Smith^Ann||1980',
    'OBR|1||F77|94500-6^^LN|||20261119120000',
    'OBX|1|CWE|94500-6^x^LN||260373001^Detected^SCT||||||C|||20261119140000',
    'OBX|2|SN|26464-8^WBC^LN||>^12.5|10*9/L|||||X\rBTS|1\rFTS|1',
  ].join('\r'),
];

/** Real messages beside two of our own; the latter alone where the shared data is absent. */
export function seedMessages(): Buffer[] {
  const seeds = OWN.map((it) => Buffer.from(it));
  if (!existsSync(folder)) return seeds;
  for (const name of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
    if (!/\.hl7(\.gz)?$/.test(name)) continue;
    const raw = readFileSync(join(folder, name));
    seeds.push(name.endsWith('.gz') ? gunzipSync(raw) : raw);
  }
  return seeds;
}

const MARKS = ['|', '^', '~', '&', '\\', '\r', '\n', '\r\n', '\x0b', '\x1c', '\x1c\r', '""', '\0'];
const ODD = ['MSH|', 'OBX|', '\\X', '\\.sp9999999\\', '99999999999999999999', 'ISO IR87', '\ufeff'];

type Chance = () => number;
const below = (chance: Chance, n: number): number => Math.floor(chance() * n);
const one = <T>(chance: Chance, of: readonly T[]): T => of[below(chance, of.length)] as T;

type Mutation = (bytes: Buffer, at: number, chance: Chance, other: Buffer) => Buffer;
const splice = (bytes: Buffer, at: number, cut: number, put: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(Math.min(bytes.length, at + cut))]);
const MUTATIONS: readonly Mutation[] = [
  (bytes, at, chance) => splice(bytes, at, 1, Buffer.from([below(chance, 256)])),
  (bytes, at, chance) => splice(bytes, at, below(chance, 40), Buffer.alloc(0)),
  (bytes, at, chance) => splice(bytes, at, 0, Buffer.from(one(chance, MARKS))),
  (bytes, at, chance) => splice(bytes, at, 0, Buffer.from(one(chance, ODD))),
  (bytes, at, chance) => splice(bytes, at, 0, Buffer.from(one(chance, MARKS).repeat(200))),
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at, chance, other) => splice(bytes, at, 0, other.subarray(below(chance, other.length))),
  (bytes, at, chance) => splice(bytes, at, 0, bytes.subarray(at, at + below(chance, 400))),
  (bytes, at, chance) => {
    const line = bytes.indexOf(13, at);
    return line < 0 ? bytes : splice(bytes, line, 1 + below(chance, 200), Buffer.from('\r'));
  },
];

/** One to six changes of a message; the same for the same chance. */
export function mutated(seeds: readonly Buffer[], chance: Chance): Buffer {
  let bytes = one(chance, seeds);
  const changes = 1 + below(chance, 6);
  for (let i = 0; i < changes; i++)
    bytes = one(chance, MUTATIONS)(
      bytes,
      below(chance, bytes.length + 1),
      chance,
      one(chance, seeds),
    );
  return bytes;
}

async function* inChunks(bytes: Buffer, chance: Chance): AsyncGenerator<Buffer> {
  let at = 0;
  while (at < bytes.length) {
    const to = at + 1 + below(chance, bytes.length);
    yield bytes.subarray(at, to);
    at = to;
  }
}

export type Fuzzed = {
  messages: number;
  rows: number;
  verdicts: Record<string, number>;
  slowestMs: number;
  heapMiB: number;
};

/**
 * Reads so many mutated files to their verdicts. Throws at the first that crashes the reader, that
 * leaves a byte unaccounted for, that makes a row which is neither admitted nor has an error.
 */
export async function fuzzMessages(count: number, chance: Chance): Promise<Fuzzed> {
  const seeds = seedMessages();
  const reader = readerNamed('hl7');
  if (!reader) throw new Error('nobody reads hl7');
  const place = { id: 1, areaCode: '' };
  const setting = { sourceId: 0, kind: null, placeCode: null, now: Date.UTC(2026, 10, 21) };
  const done: Fuzzed = { messages: 0, rows: 0, verdicts: {}, slowestMs: 0, heapMiB: 0 };
  for (; done.messages < count; done.messages++) {
    const bytes = mutated(seeds, chance);
    const begun = performance.now();
    let at = 0;
    for await (const piece of piecesOf(inChunks(bytes, chance))) {
      if (piece.from !== at) throw new Error(`byte ${at} belongs to no piece`);
      at = piece.to;
    }
    if (at !== bytes.length) throw new Error(`bytes from ${at} belong to no piece`);
    const weigh = dryRun({ ...setting, placeOf: () => place, salt: '' }, true);
    for await (const found of reader.decode(inChunks(bytes, chance), 'utf-8')) {
      const { verdict, errors } = weigh(found);
      if ((verdict === 'quarantined') !== errors.length > 0)
        throw new Error(`${verdict} with ${errors.length} errors`);
      done.rows++;
      done.verdicts[verdict] = (done.verdicts[verdict] ?? 0) + 1;
    }
    done.slowestMs = Math.max(done.slowestMs, performance.now() - begun);
    if (done.messages % 500 === 0)
      done.heapMiB = Math.max(done.heapMiB, process.memoryUsage().heapUsed / 2 ** 20);
  }
  return done;
}
