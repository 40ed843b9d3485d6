import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { dryRun, type DryVerdict } from '#intake/records/index.ts';
import { fileReader } from '#intake/sources/index.ts';
import { readMessage } from '../reader.ts';
import { SHARED_DATA } from '../../../../../tests/builders/shared.ts';

const folder = join(SHARED_DATA, 'messages/hl7v2');
const skip = !existsSync(folder) && `${folder} is absent`;

async function* whole(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

type Read = { name: string; type: string; verdicts: DryVerdict[] };

async function readOne(path: string): Promise<Read> {
  const raw = readFileSync(path);
  const bytes = path.endsWith('.gz') ? gunzipSync(raw) : raw;
  const reader = fileReader(basename(path), bytes);
  assert.equal(reader?.name, 'hl7', `${path} is told to be HL7 by its content`);
  const place = { id: 1, areaCode: '' };
  const setting = { sourceId: 0, kind: null, placeCode: null, now: Date.UTC(2026, 10, 22) };
  const weigh = dryRun({ ...setting, placeOf: () => place, salt: '' }, true);
  const verdicts: DryVerdict[] = [];
  for await (const found of reader.decode(whole(bytes), 'utf-8')) verdicts.push(weigh(found));
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const msh = readMessage(text)?.first('MSH');
  return { name: basename(path), type: `${msh?.get(9, 1)}^${msh?.get(9, 2)}`, verdicts };
}

/** What errors a hospital's IT can act on look like: a place in the message, a code, both languages. */
function assertActionable(name: string, { verdict, errors }: DryVerdict): void {
  assert.equal(verdict === 'quarantined', errors.length > 0, name);
  for (const it of errors) {
    assert.ok(it.text.zh.length > 5 && it.text.en.length > 5, name);
    assert.match(it.path, /^[A-Z][A-Z0-9]{2}(\b|-|$)/, `${name}: ${it.code} names no segment`);
  }
}

const reasonOf = ({ errors }: DryVerdict): string[] => [
  ...new Set(errors.map((it) => `${it.code} ${it.path.split(' ')[0]}`)),
];

test('every real message is admitted, or quarantined with its segment and reason', {
  skip,
}, async () => {
  const table = new Map<
    string,
    { files: number; counts: number[]; reasons: Map<string, number> }
  >();
  let files = 0;
  for (const name of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
    if (!/\.hl7(\.gz)?$/.test(name)) continue;
    files++;
    const read = await readOne(join(folder, name));
    assert.ok(read.verdicts.length > 0, `${name} leaves no row`);
    const line = table.get(read.type) ?? { files: 0, counts: [0, 0, 0], reasons: new Map() };
    table.set(read.type, line);
    line.files++;
    for (const it of read.verdicts) {
      assertActionable(name, it);
      const at = ['admitted', 'quarantined', 'duplicate'].indexOf(it.verdict);
      line.counts[at] = (line.counts[at] ?? 0) + 1;
      for (const reason of reasonOf(it))
        line.reasons.set(reason, (line.reasons.get(reason) ?? 0) + 1);
    }
  }
  console.log(`# ${files} files; type: files, rows admitted/quarantined/duplicate, reasons`);
  for (const [type, { files: n, counts, reasons }] of [...table].sort()) {
    const why = [...reasons].map(([reason, rows]) => `${reason} ×${rows}`).join(', ');
    console.log(
      `# ${type.padEnd(8)} ${String(n).padStart(3)}  ${counts.join('/').padEnd(12)} ${why}`,
    );
  }
  const admitted = (type: string): number => table.get(type)?.counts[0] ?? 0;
  assert.ok(files >= 175, `${files} files`);
  for (const type of ['ORU^R01', 'ADT^A01', 'ADT^A03', 'ADT^A04', 'ADT^A08', 'VXU^V04', 'OML^O21'])
    assert.ok(admitted(type) > 0, `nothing of ${type} is admitted`);
  for (const type of ['SIU^S12', 'MDM^T02', 'BAR^P01'])
    assert.equal(admitted(type), 0, `${type} is of no type we take`);
});
