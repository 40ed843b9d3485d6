import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { accountOf, checkIdentity } from '#intake/records/index.ts';
import { anIntake } from '../../../../tests/builders/intake.ts';
import { SHARED_DATA } from '../../../../tests/builders/shared.ts';

type House = Awaited<ReturnType<typeof anIntake>>;
async function cityOf(house: House) {
  await house.drain();
  assert.deepEqual(await house.db.read(checkIdentity), []);
  const { city, holds } = await house.db.read((tx) => accountOf(tx, 0));
  assert.ok(holds);
  return [city.received, city.admitted, city.quarantined, city.duplicate, city.pending];
}

const yesterday = new Date(Date.now() - 24 * 3_600_000).toISOString();
const entry = (resource: object) => ({ resource });
const patient = {
  resourceType: 'Patient',
  id: 'p1',
  name: [{ family: '王', given: ['小明'] }],
  birthDate: '1990-02-03',
};
const result = (id: string, more: object) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: [{ coding: [{ code: 'laboratory' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '94500-6' }] },
  subject: { reference: 'Patient/p1' },
  effectiveDateTime: yesterday,
  performer: [{ identifier: { value: 'P001' } }],
  ...more,
});
const bundle = {
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    entry(patient),
    entry(result('o1', { valueString: '阳性' })),
    entry(result('o2', { valueQuantity: { value: 'many', unit: 'x' }, subject: undefined })),
    entry({ resourceType: 'Claim' }),
  ],
};
const FHIR = 'application/fhir+json';

test('a bundle is answered when it is durable, weighed row by row, and known when it comes again', async () => {
  const house = await anIntake();
  try {
    const body = JSON.stringify(bundle);
    const key = { 'idempotency-key': 'one' };
    const first = await house.push(gzipSync(body), FHIR, { ...key, 'content-encoding': 'gzip' });
    assert.deepEqual([first.status, first.body.received, first.body.status], [202, 3, 'complete']);
    assert.deepEqual(await cityOf(house), [3, 1, 2, 0, 0]);
    const errors = await house.db.read((tx) =>
      tx.rows<{ path: string }>(
        `select e ->> 'path' as path from records.quarantine, jsonb_array_elements(errors) e
         where e ->> 'code' = 'type'`,
      ),
    );
    assert.deepEqual(errors, [{ path: 'Bundle.entry[2].resource.valueQuantity.value' }]);
    const again = await house.push(gzipSync(body), FHIR, { ...key, 'content-encoding': 'gzip' });
    assert.deepEqual([again.body.replay, again.body.batch], [true, first.body.batch]);
    await house.push(body, FHIR);
    assert.deepEqual(await cityOf(house), [6, 1, 4, 1, 0]);
  } finally {
    await house.close();
  }
});

test('lines of resources: a broken line harms none of the others', async () => {
  const house = await anIntake();
  try {
    const lines = [patient, result('o1', { valueString: '阴性' })].map((it) => JSON.stringify(it));
    const body = [lines[0], '{"resourceType":', lines[1]].join('\n');
    const { body: receipt } = await house.push(body, 'application/fhir+ndjson');
    assert.equal(receipt.received, 2);
    assert.deepEqual(await cityOf(house), [2, 1, 1, 0, 0]);
  } finally {
    await house.close();
  }
});

test('what cannot be read is kept for the quarantine; a bomb is refused and nothing is kept', async () => {
  const house = await anIntake();
  try {
    const cut = await house.push('<ClinicalDocument><recordTarget>', 'application/cda+xml');
    assert.deepEqual([cut.status, cut.body.received], [202, 1]);
    const deep = '{"resourceType":"Bundle","entry":'.concat('['.repeat(500), ']'.repeat(500), '}');
    const laughs = '<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;">]><a>&m;</a>';
    const outside = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
    const bombs = [
      await house.push(deep, FHIR),
      await house.push(laughs, 'application/xml'),
      await house.push(outside, 'text/xml'),
      await house.push(Buffer.alloc(33 * 2 ** 20, 32), FHIR),
    ];
    const codes = bombs.map((it) => (it.body.error as { code?: string })?.code ?? it.body.code);
    assert.deepEqual(
      bombs.map((it) => it.status >= 400),
      [true, true, true, true],
    );
    assert.deepEqual(codes, ['too-deep', 'doctype', 'doctype', 'document-too-long']);
    assert.deepEqual(await cityOf(house), [1, 0, 1, 0, 0]);
  } finally {
    await house.close();
  }
});

const messages = join(SHARED_DATA, 'messages');
const skip = !existsSync(messages) && `${messages} is absent`;

test('every real document pushed: received = admitted + quarantined + duplicate, to the last row', {
  skip,
}, async (t) => {
  const house = await anIntake();
  try {
    let received = 0;
    let files = 0;
    for (const folder of ['fhir/dibbs_ecr', 'fhir/synthea_r4', 'phdi'])
      for (const name of readdirSync(join(messages, folder)).sort()) {
        const isXml = name.endsWith('.xml');
        if (!isXml && (folder === 'phdi' || !/\.json(\.gz)?$/.test(name))) continue;
        const raw = readFileSync(join(messages, folder, name));
        const body = name.endsWith('.gz') ? gunzipSync(raw) : raw;
        const answer = await house.push(body, isXml ? 'application/cda+xml' : FHIR);
        assert.equal(answer.status, 202, name);
        received += Number(answer.body.received);
        files++;
      }
    const city = await cityOf(house);
    t.diagnostic(`${files} files: received, admitted, quarantined, duplicate, pending = ${city}`);
    assert.ok(files > 80, `${files} files`);
    assert.deepEqual([city[0], city[4]], [received, 0]);
  } finally {
    await house.close();
  }
});
