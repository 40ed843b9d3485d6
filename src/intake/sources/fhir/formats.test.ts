import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { KIND_BY_NAME } from '#base/kinds.ts';
import { cdaRows } from '../cda/decode.ts';
import { decodeMessage } from '../hl7/rows.ts';
import type { DecodedRow } from '../model.ts';
import { fhirRows } from './decode.ts';
import { FULL_BUNDLE, FULL_CDA, FULL_HL7 } from './full.fixture.ts';

const PAGE = join(import.meta.dirname, '../../../../docs/formats.md');
const BEGIN = '<!-- begin: read from the decoders by src/intake/sources/fhir/formats.test.ts -->';
const END = '<!-- end -->';

/** A path without the numbers of one sample: type of the resource, or section of the document. */
function plain(path: string): string {
  const entries = (JSON.parse(FULL_BUNDLE) as { entry: { resource: { resourceType: string } }[] })
    .entry;
  return path
    .replace(
      /^Bundle\.entry\[(\d+)\]\.resource/,
      (_, n) => entries[Number(n)]?.resource.resourceType ?? '',
    )
    .replace(/^\/ClinicalDocument\/component\/structuredBody\/component(\[\d+\])?\/section/, '…')
    .replace('/ClinicalDocument', '')
    .replaceAll(/\[\d+\]/g, '');
}

type Table = Map<string, Map<string, string>>;
function pathsOf(rows: readonly DecodedRow[]): Table {
  const table: Table = new Map();
  for (const { fields = {}, paths = {} } of rows) {
    const kind = String(fields.kind);
    const found = table.get(kind) ?? new Map<string, string>();
    for (const name of Object.keys(fields))
      if (paths[name]) found.set(name, found.get(name) ?? plain(paths[name]));
    table.set(kind, found);
  }
  return table;
}

function pageText(): string {
  const hl7 = pathsOf(FULL_HL7.flatMap((it) => decodeMessage(Buffer.from(it), 'utf-8', false)));
  const fhir = pathsOf(fhirRows(FULL_BUNDLE).rows);
  const cda = pathsOf(cdaRows(FULL_CDA));
  const lines: string[] = [BEGIN];
  for (const kind of new Set([...fhir.keys(), ...cda.keys(), ...hl7.keys()])) {
    const tables = [hl7, fhir, cda].map((it) => it.get(kind));
    const names = new Set(tables.flatMap((it) => [...(it?.keys() ?? [])]));
    lines.push(
      '',
      `### ${kind} · ${KIND_BY_NAME[kind]?.words.zh} · ${KIND_BY_NAME[kind]?.words.en}`,
      '',
    );
    lines.push('| field | HL7 v2 | FHIR R4 | CDA |', '|---|---|---|---|');
    for (const name of names) {
      const cells = tables
        .map((it) => it?.get(name))
        .map((it) => (it ? `\`${it.replaceAll('|', '\\|')}\`` : ''));
      lines.push(`| ${name} | ${cells.join(' | ')} |`);
    }
  }
  return [...lines, '', END].join('\n');
}

test('the page of formats says what the decoders read; UPDATE_GOLDEN=1 writes it anew', () => {
  const page = readFileSync(PAGE, 'utf8');
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END) + END.length;
  assert.ok(from >= 0 && to > from, 'the page has a place for the tables');
  const wanted = page.slice(0, from) + pageText() + page.slice(to);
  if (process.env.UPDATE_GOLDEN) writeFileSync(PAGE, wanted);
  else assert.equal(page, wanted);
});
