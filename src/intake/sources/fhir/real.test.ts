import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { dryRun, type DryVerdict } from '#intake/records/index.ts';
import { fileReader } from '#intake/sources/index.ts';
import { cdaRows } from '../cda/decode.ts';
import type { DecodedRow } from '../model.ts';
import { fhirRows } from './decode.ts';
import { SHARED_DATA } from '../../../../tests/builders/shared.ts';

const messages = join(SHARED_DATA, 'messages');
const skip = !existsSync(messages) && `${messages} is absent`;

const filesOf = (folder: string, pattern: RegExp): string[] =>
  readdirSync(join(messages, folder))
    .filter((it) => pattern.test(it))
    .sort()
    .map((it) => join(messages, folder, it));
const bytesOf = (path: string): Buffer => {
  const raw = readFileSync(path);
  return path.endsWith('.gz') ? gunzipSync(raw) : raw;
};
async function* whole(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

const place = { id: 1, areaCode: '' };
const setting = { sourceId: 0, kind: null, placeCode: 'P001', now: Date.UTC(2026, 10, 22) };

/** Verdicts of a file; how old it is does not count: the samples are of other years. */
async function verdictsOf(path: string, format: string): Promise<DryVerdict[]> {
  const bytes = bytesOf(path);
  const reader = fileReader(basename(path), bytes.subarray(0, 4096));
  assert.equal(reader?.name, format, `${path} is told by its content`);
  const weigh = dryRun({ ...setting, placeOf: () => place, salt: '' }, true);
  const verdicts: DryVerdict[] = [];
  for await (const found of reader.decode(whole(bytes), 'utf-8')) verdicts.push(weigh(found));
  return verdicts;
}

/** What somebody at the hospital can act on: a place in the document, a code, both languages. */
function assertActionable(name: string, { verdict, errors }: DryVerdict): void {
  assert.equal(verdict === 'quarantined', errors.length > 0, name);
  for (const it of errors) {
    assert.ok(it.text.zh.length > 5 && it.text.en.length > 5, `${name}: ${it.code}`);
    assert.match(it.path, /^(Bundle|[A-Z][A-Za-z]+|\/ClinicalDocument)\b/, `${name}: ${it.code}`);
  }
}

type Line = { file: string; rows: number; admitted: number; duplicate: number; reasons: string };
async function lineOf(path: string, format: string): Promise<Line> {
  const verdicts = await verdictsOf(path, format);
  assert.ok(verdicts.length > 0, path);
  for (const it of verdicts) assertActionable(path, it);
  const reasons = new Map<string, number>();
  for (const code of verdicts.flatMap((it) => [...new Set(it.errors.map((one) => one.code))]))
    reasons.set(code, (reasons.get(code) ?? 0) + 1);
  const count = (verdict: string) => verdicts.filter((it) => it.verdict === verdict).length;
  return {
    file: basename(path).slice(-58),
    rows: verdicts.length,
    admitted: count('admitted'),
    duplicate: count('duplicate'),
    reasons: [...reasons].map(([code, n]) => `${code} ×${n}`).join(', '),
  };
}

const shown = (it: Line): string =>
  `${it.file.padEnd(58)} ${String(it.rows).padStart(3)} ${String(it.admitted).padStart(3)} ` +
  `${String(it.duplicate).padStart(2)}  ${it.reasons}`;

test('every real FHIR and CDA file is admitted, or quarantined with its place and reason', {
  skip,
}, async (t) => {
  t.diagnostic('file, rows, admitted, duplicate, reasons of the others');
  let admitted = 0;
  const bundles = [
    ...filesOf('fhir/dibbs_ecr', /json$/),
    ...filesOf('fhir/synthea_r4', /json.gz$/),
  ];
  for (const path of bundles) {
    const line = await lineOf(path, 'fhir');
    admitted += line.admitted;
    t.diagnostic(shown(line));
  }
  for (const path of filesOf('phdi', /xml$/)) {
    const line = await lineOf(path, 'cda');
    admitted += line.admitted;
    t.diagnostic(shown(line));
  }
  assert.ok(admitted > 800, `${admitted} rows admitted`);
});

test('each resource of 24 Synthea files has its fate, and all of a type we read become rows', {
  skip,
}, (t) => {
  const table = new Map<string, Record<string, number>>();
  for (const path of filesOf('fhir/synthea_r4', /json.gz$/)) {
    const text = bytesOf(path).toString();
    const { entry } = JSON.parse(text) as { entry: unknown[] };
    const { fates } = fhirRows(text);
    assert.equal(fates.size, entry.length, path);
    for (const [{ type }, fate] of fates) {
      const line = table.get(type) ?? {};
      line[fate] = (line[fate] ?? 0) + 1;
      table.set(type, line);
    }
  }
  for (const [type, line] of table) t.diagnostic(`${type.padEnd(22)} ${JSON.stringify(line)}`);
  assert.deepEqual(table.get('Encounter'), { row: 143 });
  assert.deepEqual(table.get('Condition'), { row: 57 });
  assert.deepEqual(table.get('Immunization'), { row: 136 });
  assert.deepEqual(table.get('Claim'), { 'not-collected': 173 });
  const seen = table.get('Observation') ?? {};
  assert.equal((seen.row ?? 0) + (seen['not-collected'] ?? 0), 1011);
});

test('a good eICR has no error, the same one damaged says what is wrong with it', {
  skip,
}, async () => {
  const named = (part: string) => filesOf('phdi', /xml$/).filter((it) => it.endsWith(part));
  const told = async (part: string) => {
    const [path = ''] = named(part);
    const verdicts = await verdictsOf(path, 'cda');
    return new Set(verdicts.flatMap((it) => it.errors.map((one) => `${one.code} ${one.allowed}`)));
  };
  assert.deepEqual(
    [...(await told('assets__ecr_sample_input_good.xml'))],
    ['no-observation undefined'],
  );
  assert.ok((await told('assets__ecr_sample_input_bad.xml')).has('not-in-list M, F, UN | 1, 2, 9'));
});

type Pair = { key: (it: DecodedRow) => string; fields: readonly string[] };
const PERSON = ['name', 'sex', 'bornOn', 'phone'];
const PAIRS: Record<string, Pair> = {
  lab_result: {
    key: (it) => String(it.fields?.testCode),
    fields: [...PERSON, 'at', 'value', 'unit', 'note', 'orderCode'],
  },
  diagnosis: { key: (it) => String(it.fields?.snomed), fields: [...PERSON, 'onsetOn', 'note'] },
  immunization: { key: (it) => String(it.fields?.category), fields: [...PERSON, 'at', 'note'] },
  clinic_visit: {
    key: (it) => String(it.fields?.at),
    fields: [...PERSON, 'at', 'department', 'temperature', 'placeName'],
  },
};

test('the same case as CDA and as the FHIR its peer made of it: the same rows, field by field', {
  skip,
}, (t) => {
  const folder = join(messages, 'phdi');
  const cda = cdaRows(
    readFileSync(join(folder, 'examples__eCR-sample-data__ecr_sample_input.xml'), 'utf8'),
  );
  const answer = readFileSync(
    join(folder, 'examples__eCR-sample-data__ecr_sample_results.json'),
    'utf8',
  );
  const { response } = JSON.parse(answer) as { response: { FhirResource: unknown } };
  const { rows: fhir } = fhirRows(JSON.stringify(response.FhirResource));
  let compared = 0;
  const differing: string[] = [];
  for (const [kind, { key, fields }] of Object.entries(PAIRS)) {
    for (const mine of cda.filter((it) => it.fields?.kind === kind)) {
      const other = fhir.find((it) => it.fields?.kind === kind && key(it) === key(mine));
      if (!other) continue;
      for (const field of fields) {
        compared++;
        if (mine.fields?.[field] !== other.fields?.[field])
          differing.push(`${kind} ${key(mine)} ${field}`);
      }
      t.diagnostic(`${kind} ${key(mine)}: ${fields.length} fields`);
    }
  }
  t.diagnostic(`${compared} fields compared, ${differing.length} differ: ${differing.join('; ')}`);
  assert.equal(compared, 68);
  assert.deepEqual(differing, []);
});
