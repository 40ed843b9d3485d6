import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { dryRun } from '#intake/records/index.ts';
import { readerNamed } from '#intake/sources/index.ts';
import type { Fuzzed } from './messages.ts';
import { SHARED_DATA } from '../builders/shared.ts';

const messages = join(SHARED_DATA, 'messages');

const BUNDLE = JSON.stringify({
  resourceType: 'Bundle',
  type: 'message',
  entry: [
    {
      fullUrl: 'urn:uuid:p',
      resource: {
        resourceType: 'Patient',
        id: 'p',
        identifier: [{ type: { coding: [{ code: 'NNCHN' }] }, value: '11010519491231002X' }],
        name: [{ text: '张三' }],
        address: [{ line: ['长江路1号'], postalCode: '340101001001' }],
      },
    },
    {
      resource: {
        resourceType: 'Observation',
        status: 'amended',
        category: [{ coding: [{ code: 'laboratory' }] }],
        code: { coding: [{ system: 'http://loinc.org', code: '94500-6' }] },
        subject: { reference: 'urn:uuid:p' },
        effectiveDateTime: '2026-11-20T08:00:00+08:00',
        component: [{ code: { text: 'x' }, valueQuantity: { value: 1.5, unit: 'mg' } }],
        performer: [{ reference: '#o' }],
        contained: [{ resourceType: 'Organization', id: 'o', identifier: [{ value: 'P001' }] }],
      },
    },
  ],
});
const LINES = `${JSON.stringify({ resourceType: 'Patient', id: '1' })}\n{"resourceType":"Condition","subject":{"reference":"Patient/1"}}\n`;
const CDA = `<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><code code="55751-2"/><recordTarget><patientRole>
<patient><name><family>张</family></name><birthTime value="1990"/></patient></patientRole></recordTarget><component><structuredBody>
<component><section><code code="30954-2"/><text>x<br/></text><entry><organizer><component><observation><code code="1"/>
<value xsi:type="PQ" value="3" unit="g"/></observation></component></organizer></entry></section></component></structuredBody>
</component></ClinicalDocument>`;

/** A seed longer than this would only make the fuzz slow. */
const SEED_BYTES_MAX = 100_000;

/** Real documents beside our own; the latter alone where the shared data is absent. */
export function seedDocuments(): Buffer[] {
  const seeds = [BUNDLE, LINES, CDA].map((it) => Buffer.from(it));
  if (!existsSync(messages)) return seeds;
  for (const folder of ['fhir', 'phdi'])
    for (const name of (
      readdirSync(join(messages, folder), { recursive: true }) as string[]
    ).sort()) {
      if (!/\.(json|json\.gz|xml)$/.test(name)) continue;
      const raw = readFileSync(join(messages, folder, name));
      const bytes = name.endsWith('.gz') ? gunzipSync(raw) : raw;
      if (bytes.length <= SEED_BYTES_MAX) seeds.push(bytes);
    }
  return seeds;
}

type Chance = () => number;
const below = (chance: Chance, n: number): number => Math.floor(chance() * n);
const one = <T>(chance: Chance, of: readonly T[]): T => of[below(chance, of.length)] as T;

const TOKENS = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\n',
    'null',
    '1e999',
    '-0',
    '"__proto__":',
    '\\ud800',
  ],
  ...[
    '<',
    '>',
    '/>',
    '<!--',
    '<![CDATA[',
    ']]>',
    '&',
    '&#0;',
    '&#x10ffff;',
    '<!DOCTYPE a [',
    '<?xml ?>',
  ],
  ...[
    '"resourceType":"Bundle",',
    '"reference":"#"',
    '"contained":[',
    'xmlns:a="b"',
    '<section>',
    '\ufeff',
  ],
];

type Mutation = (bytes: Buffer, at: number, chance: Chance, other: Buffer) => Buffer;
const splice = (bytes: Buffer, at: number, cut: number, put: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(Math.min(bytes.length, at + cut))]);
const MUTATIONS: readonly Mutation[] = [
  (bytes, at, chance) => splice(bytes, at, 1, Buffer.from([below(chance, 256)])),
  (bytes, at, chance) => splice(bytes, at, below(chance, 60), Buffer.alloc(0)),
  (bytes, at, chance) => splice(bytes, at, below(chance, 3), Buffer.from(one(chance, TOKENS))),
  (bytes, at, chance) => splice(bytes, at, 0, Buffer.from(one(chance, TOKENS).repeat(300))),
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at, chance, other) => splice(bytes, at, 0, other.subarray(below(chance, other.length))),
  (bytes, at, chance) => splice(bytes, at, 0, bytes.subarray(at, at + below(chance, 2_000))),
  // A value between two quotes gives way to another's: the structure stays sound.
  (bytes, at, chance) => {
    const from = bytes.indexOf(34, at) + 1;
    const to = bytes.indexOf(34, from);
    const put = one(chance, ['', 'x', '99', '2026-13-45', 'Patient/none', '#', '﷽'.repeat(99)]);
    return from > 0 && to > 0 ? splice(bytes, from, to - from, Buffer.from(put)) : bytes;
  },
];

function mutated(seeds: readonly Buffer[], chance: Chance): Buffer {
  let bytes = one(chance, seeds);
  const changes = 1 + below(chance, 4);
  for (let i = 0; i < changes; i++) {
    const at = below(chance, bytes.length + 1);
    bytes = one(chance, MUTATIONS)(bytes, at, chance, one(chance, seeds));
  }
  return bytes;
}

async function* whole(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/**
 * Reads so many mutated FHIR and CDA documents to their verdicts, each by both readers. Throws at
 * the first that crashes one, makes no row, makes other rows when it is read again (the log counts
 * them at the door and again at the worker), or a verdict without a word in both languages.
 */
export async function fuzzDocuments(count: number, chance: Chance): Promise<Fuzzed> {
  const seeds = seedDocuments();
  const readers = ['fhir', 'cda'].map((it) => readerNamed(it));
  const place = { id: 1, areaCode: '' };
  const setting = { sourceId: 0, kind: null, placeCode: null, now: Date.UTC(2026, 10, 21) };
  const done: Fuzzed = { messages: 0, rows: 0, verdicts: {}, slowestMs: 0, heapMiB: 0 };
  for (; done.messages < count; done.messages++) {
    const bytes = mutated(seeds, chance);
    const begun = performance.now();
    for (const reader of readers) {
      if (!reader) throw new Error('nobody reads fhir or cda');
      const weigh = dryRun({ ...setting, placeOf: () => place, salt: '' }, true);
      let rows = 0;
      for await (const found of reader.decode(whole(bytes), 'utf-8')) {
        const { verdict, errors } = weigh(found);
        if ((verdict === 'quarantined') !== errors.length > 0)
          throw new Error(`${verdict} with ${errors.length} errors`);
        if (errors.some((it) => !it.text.zh || !it.text.en))
          throw new Error('an error without words');
        rows++;
        done.verdicts[verdict] = (done.verdicts[verdict] ?? 0) + 1;
      }
      for await (const _ of reader.decode(whole(bytes), 'utf-8')) rows--;
      if (rows !== 0) throw new Error('read again, there are other rows');
      done.rows++;
    }
    done.slowestMs = Math.max(done.slowestMs, performance.now() - begun);
    if (done.messages % 500 === 0)
      done.heapMiB = Math.max(done.heapMiB, process.memoryUsage().heapUsed / 2 ** 20);
  }
  return done;
}
