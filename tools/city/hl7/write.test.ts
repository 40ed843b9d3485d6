import assert from 'node:assert/strict';
import { test } from 'node:test';
import iconv from 'iconv-lite';
import { decodeBlock } from '#intake/sources/index.ts';
import { makeCity } from '../city.ts';
import { SMALL_MAP } from '../map/geography.ts';
import { framesOf, parcelOf } from '../play/pack.ts';
import { feed } from '../records/feed.ts';
import { type SampleSource, SOURCE_BY_CODE, SOURCES } from '../records/sources.ts';
import { intakeId } from './write.ts';

const city = makeCity({ seed: 5, persons: 20_000, map: SMALL_MAP });
const rows = [...feed(city, { fromDay: '2026-11-18', toDay: '2026-11-19' })];
const sent = (code: string) => rows.filter((r) => r.source === code);
const sourceBy = (code: string): SampleSource => SOURCE_BY_CODE.get(code) as SampleSource;

test('hospitals speak HL7 2.5.1 in UTF-8 and in GB18030, framed for MLLP', () => {
  for (const [code, charset] of [
    ['his-east', 'UNICODE UTF-8'],
    ['his-west', 'GB 18030-2000'],
  ] as const) {
    const source = sourceBy(code);
    for (const arrival of sent(code).slice(0, 200)) {
      const frame = framesOf(source, arrival)[0] as Buffer;
      assert.deepEqual([frame[0], frame.at(-2), frame.at(-1)], [0x0b, 0x1c, 0x0d]);
      const text = iconv.decode(frame.subarray(1, -2), source.charset);
      const segments = text.trimEnd().split('\r');
      const msh = segments[0]?.split('|') ?? [];
      assert.deepEqual([msh[11], msh[17]], ['2.5.1', charset]);
      assert.match(msh[8] ?? '', /^ADT\^A0(1|4|8)\^ADT_A01$/);
      const names = segments.map((s) => s.slice(0, 3));
      assert.deepEqual(names.slice(0, 3), ['MSH', 'EVN', 'PID']);
      if (arrival.row.name) assert.ok(segments[2]?.includes(String(arrival.row.name).slice(1)));
      if (arrival.row.unitCode) assert.ok(names.includes('NK1'));
    }
  }
});

test('what a hospital or laboratory writes, the intake reads back field by field', () => {
  for (const code of ['his-east', 'his-west', 'lis']) {
    const source = sourceBy(code);
    for (const arrival of sent(code)) {
      const frame = framesOf(source, arrival)[0] as Buffer;
      const [read] = [
        ...decodeBlock({
          format: `hl7;${source.charset}`,
          bytes: frame.subarray(1, -2),
          flags: 0,
        } as Parameters<typeof decodeBlock>[0]),
      ];
      const { row } = arrival;
      const fields = read?.fields ?? {};
      assert.equal(fields['id'], intakeId(arrival));
      for (const name of ['idNo', 'idType', 'name', 'phone', 'bornOn', 'areaCode', 'placeCode']) {
        const known = name !== 'idType' || row.idNo;
        if (known) assert.equal(fields[name], row[name as 'idNo'], `${name} of ${row.id}`);
      }
      if (code !== 'lis') assert.equal(fields['unitCode'], row.unitCode);
      for (const name of ['temperature', 'complaint', 'icd10', 'testCode', 'result'] as const) {
        if (row[name] !== undefined) assert.equal(fields[name], row[name], name);
      }
    }
  }
});

test('CSV and JSON parcels keep their rows and their characters', () => {
  for (const source of SOURCES.filter((s) => s.format !== 'hl7')) {
    const batch = sent(source.code).slice(0, 50);
    if (batch.length === 0) continue;
    const parcel = parcelOf(source, batch);
    assert.equal(parcel.rows, batch.length);
    const text = iconv.decode(parcel.body, source.charset);
    const name = batch.find((a) => a.row.name)?.row.name;
    if (name) assert.ok(text.includes(String(name)), source.code);
    if (source.format === 'csv')
      assert.equal(text.trimEnd().split('\r\n').length, batch.length + 1);
    if (source.format === 'json') assert.equal(JSON.parse(text).length, batch.length);
  }
});
