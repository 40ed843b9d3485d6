import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { personOf } from '../kinds/person.ts';
import { readMessage } from '../reader.ts';
import { decodeMessage } from '../rows.ts';
import { SHARED_DATA } from '../../../../../tests/builders/shared.ts';

const folder = join(SHARED_DATA, 'messages/hl7v2/prime_hl7_to_fhir');
const skip = !existsSync(folder) && `${folder} is absent`;
const PAIRS = [
  'sample_oru_CDPH_NBS_20241021-001',
  'sample_oml_20240319-001',
  'sample_orm_20230809-001',
  'sample_orm_20230809-001-with-enrichment',
];

/** A value in a resource, by its path; undefined when there is none. */
const get = (node: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], node);
const text = (node: unknown, ...path: readonly (string | number)[]): string | undefined =>
  get(node, ...path) as string | undefined;
const list = (node: unknown, ...path: readonly (string | number)[]): readonly unknown[] =>
  (get(node, ...path) ?? []) as readonly unknown[];

type Compared = { file: string; field: string; ours: unknown; theirs: unknown };

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const hl7Of = (pair: string): string =>
  read(existsSync(join(folder, `${pair}.hl7`)) ? `${pair}.hl7` : 'sample_orm_20230809-001.hl7');

function resourcesOf(pair: string) {
  const all = list(JSON.parse(read(`${pair}.fhir`)), 'entry').map((it) => get(it, 'resource'));
  const byRef = new Map(all.map((it) => [`${text(it, 'resourceType')}/${text(it, 'id')}`, it]));
  return {
    of: (type: string): readonly unknown[] => all.filter((it) => get(it, 'resourceType') === type),
    at: (ref: unknown): unknown => byRef.get(text(ref, 'reference') ?? ''),
  };
}

const SEX: Record<string, string> = { '1': 'male', '2': 'female' };
/** Zone-less times are UTC to the peer and city time here: eight hours that are no disagreement. */
const sameInstant = (ours: unknown, theirs: string | undefined, hasZone: boolean): unknown => {
  if (typeof ours !== 'number' || !theirs) return ours;
  return new Date(ours + (hasZone ? 0 : 8 * 3_600_000)).toISOString().slice(0, 19);
};
const utc = (text: string | undefined): string | undefined =>
  text ? new Date(text).toISOString().slice(0, 19) : undefined;

function comparePatient(pair: string, put: (it: Omit<Compared, 'file'>) => void): void {
  const message = readMessage(hl7Of(pair));
  const pid = message?.first('PID');
  assert.ok(message && pid);
  const ours = personOf(message, pid);
  const theirs = resourcesOf(pair).of('Patient')[0];
  const given = text(theirs, 'name', 0, 'given', 0) ?? '';
  const whole = `${given} ${text(theirs, 'name', 0, 'family') ?? ''}`.trim();
  put({ field: 'patient.name', ours: ours.name, theirs: whole });
  put({ field: 'patient.bornOn', ours: ours.bornOn, theirs: get(theirs, 'birthDate') });
  put({ field: 'patient.sex', ours: SEX[String(ours.sex)], theirs: get(theirs, 'gender') });
  const address = get(theirs, 'address', 0);
  const lines = [get(address, 'state'), get(address, 'city'), get(address, 'line', 0)];
  const parts = lines.filter(Boolean).join(' ');
  put({ field: 'patient.address', ours: ours.address ?? '', theirs: parts });
}

/** What the peer says of a result, as our row would. */
const valueSaid = (it: unknown): unknown =>
  get(it, 'valueQuantity', 'value') ??
  get(it, 'valueCodeableConcept', 'coding', 0, 'display') ??
  get(it, 'valueCodeableConcept', 'text') ??
  get(it, 'valueString');

function compareReport(pair: string, put: (it: Omit<Compared, 'file'>) => void): void {
  const peer = resourcesOf(pair);
  const rows = decodeMessage(Buffer.from(hl7Of(pair)), 'utf-8', false);
  const theirs = peer
    .of('DiagnosticReport')
    .flatMap((report) => list(report, 'result').map((it) => ({ report, it })));
  put({ field: 'results', ours: rows.length, theirs: theirs.length });
  theirs.forEach(({ report, it }, i) => {
    const observed = peer.at(it);
    const fields = rows[i]?.fields ?? {};
    const code = get(observed, 'code', 'coding', 0, 'code');
    put({ field: 'result.code', ours: fields.testCode, theirs: code });
    put({ field: 'result.value', ours: fields.value ?? fields.note, theirs: valueSaid(observed) });
    const effective = text(observed, 'effectiveDateTime');
    const at = sameInstant(fields.at, effective, false);
    put({ field: 'result.time', ours: at, theirs: utc(effective) });
    const status = get(observed, 'status');
    put({ field: 'result.status', ours: fields.status ?? 'final', theirs: status });
    const issued = text(report, 'issued');
    const reported = sameInstant(fields.reportedAt, issued, false);
    put({ field: 'report.issued', ours: reported, theirs: utc(issued) });
    const placer = get(peer.at(get(report, 'basedOn', 0)), 'identifier', 0, 'value');
    put({ field: 'order.number', ours: fields.orderNo, theirs: placer });
    const specimen = peer.at(get(report, 'specimen', 0));
    const type = get(specimen, 'type', 'coding', 0, 'code');
    put({ field: 'specimen.type', ours: fields.specimen, theirs: type });
    const performer = get(peer.at(get(observed, 'performer', 0)), 'name');
    put({ field: 'result.performer', ours: fields.performer, theirs: performer });
  });
}

function compareOrder(pair: string, put: (it: Omit<Compared, 'file'>) => void): void {
  const rows = decodeMessage(Buffer.from(hl7Of(pair)), 'utf-8', false);
  const theirs = resourcesOf(pair).of('Observation').length;
  put({ field: 'order.results', ours: rows.filter((it) => it.fields).length, theirs });
}

/** Where we differ from the peer, and why we stand by it. */
const NAMED_DIFFERENCES: Record<string, string> = {
  'sample_oru_CDPH_NBS_20241021-001 result.time':
    'OBX-14 with a digit too many is no time: the peer has none, we take OBR-7',
  ...Object.fromEntries(
    PAIRS.filter((it) => !it.includes('_oru_')).map((it) => [
      `${it} order.results`,
      'answers at order entry (OBX-11 O) are observations to the peer and no results to us',
    ]),
  ),
};

test('fields agree with what the peer makes of the same message, but for named differences', {
  skip,
}, () => {
  const compared: Compared[] = [];
  for (const file of PAIRS) {
    // What neither says is no agreement.
    const put = (it: Omit<Compared, 'file'>): void => {
      if (it.ours !== undefined || it.theirs !== undefined) compared.push({ file, ...it });
    };
    comparePatient(file, put);
    if (file.includes('_oru_')) compareReport(file, put);
    else compareOrder(file, put);
  }
  const differ = compared.filter((it) => JSON.stringify(it.ours) !== JSON.stringify(it.theirs));
  console.log('# field: agrees of compared');
  for (const field of new Set(compared.map((it) => it.field))) {
    const of = compared.filter((it) => it.field === field);
    const agree = of.filter((it) => !differ.includes(it)).length;
    console.log(`# ${field.padEnd(20)} ${agree}/${of.length}`);
  }
  for (const it of differ)
    console.log(
      `# differs: ${it.file} ${it.field}: ${String(it.ours)} / ${String(it.theirs)}: ` +
        (NAMED_DIFFERENCES[`${it.file} ${it.field}`] ?? 'unnamed'),
    );
  assert.ok(compared.length > 100, `${compared.length} compared`);
  const unnamed = differ.filter((it) => !NAMED_DIFFERENCES[`${it.file} ${it.field}`]);
  assert.deepEqual(unnamed, []);
});
