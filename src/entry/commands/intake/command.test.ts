import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { createSource } from '#intake/sources/index.ts';
import { freshDatabase } from '../../../../tests/builders/database.ts';

const MAIN = join(import.meta.dirname, '../../main.ts');
const ADT = [
  'MSH|^~\\&|HIS|P001|||20261120083000||ADT^A04|M1|T|2.5.1||||||UNICODE UTF-8',
  'EVN|A04|20261120083000',
  'PID|||11010519491231002X^^^^NNCHN||张^三||19491231|F|||||^PRN^PH^^^^13800000000',
  'PV1|1|O|FEVER^^^P001',
].join('\r');
const SALES =
  '时间,证件号码,姓名,药店编码,药品类别,体温\r\n' +
  '2026-11-20 08:30:00,11010519491231002X,张三,P001,N02BE01,38.5\r\n' +
  '2026-11-20 08:31:00,110105194912310021,李四光,P001,N02BE01,88.5\r\n' +
  '2026-11-20 08:30:00,11010519491231002X,张三,P001,N02BE01,38.5\r\n';

type Line = {
  file: string;
  position: { row: number; line?: number; byte?: number; message?: number; at?: string };
  kind: string | null;
  verdict: string;
  errors: { path: string; value: string | null; code: string; text: { zh: string; en: string } }[];
};

let dir = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fenghuo-dry-'));
  await writeFile(join(dir, 'visit.hl7'), `${ADT}\r${ADT.replace('M1', 'M2')}\r`);
  await writeFile(join(dir, 'visits.bin'), gzipSync(`\x0b${ADT}\r\x1c\r\x0bjunk\x1c\r`));
  await writeFile(join(dir, 'sales.csv'), SALES);
  await writeFile(join(dir, 'bomb.csv.gz'), gzipSync(Buffer.alloc(300 * 2 ** 20)));
});
after(() => rm(dir, { recursive: true }));

async function intake(
  args: string[],
  input?: string,
  env: Record<string, string> = {},
): Promise<{ code: number; lines: Line[]; said: string }> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', MAIN, 'intake', ...args],
    {
      cwd: dir,
      // No database and no home: a dry run must need neither.
      env: { PATH: process.env.PATH ?? '', FENGHUO_HOME: join(dir, 'no-home'), ...env },
    },
  );
  let out = '';
  let said = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  child.stdin.on('error', () => undefined); // a file that is refused early is not read to its end
  child.stdin.end(input ?? '');
  const code = await new Promise<number>((done) => child.on('close', (it) => done(it ?? 1)));
  const lines = out.split('\n').filter(Boolean);
  return { code, lines: lines.map((it) => JSON.parse(it) as Line), said };
}

test('a line for each row: where it stands, its verdict, every error; no database is needed', async () => {
  const { code, lines, said } = await intake([
    '--dry-run',
    '--kind',
    'pharmacy_sale',
    'visit.hl7',
    'sales.csv',
  ]);
  assert.equal(code, 0, said);
  assert.deepEqual(
    lines.map((it) => [it.file, it.position.row, it.kind, it.verdict]),
    [
      ['visit.hl7', 1, 'clinic_visit', 'admitted'],
      ['visit.hl7', 2, 'clinic_visit', 'duplicate'],
      ['sales.csv', 1, 'pharmacy_sale', 'admitted'],
      ['sales.csv', 2, 'pharmacy_sale', 'quarantined'],
      ['sales.csv', 3, 'pharmacy_sale', 'duplicate'],
    ],
  );
  assert.deepEqual(lines[1]?.position, {
    row: 2,
    byte: Buffer.byteLength(ADT) + 1,
    line: 5,
    message: 2,
  });
  const bad = lines[3]?.errors ?? [];
  assert.deepEqual(
    bad.map((it) => [it.path, it.code, it.value]),
    [
      ['idNo', 'id-check-digit', null],
      ['temperature', 'range', '88.5'],
    ],
  );
  assert.match(said, /2 files, 5 rows: 2 admitted/);
});

test('gzip, frames and what stands between them; nothing shows who somebody is', async () => {
  const { code, lines, said } = await intake(['--dry-run', 'visits.bin']);
  assert.equal(code, 0, said);
  assert.deepEqual(
    lines.map((it) => [it.verdict, it.errors[0]?.code]),
    [
      ['admitted', undefined],
      ['quarantined', 'not-hl7'],
    ],
  );
  const shown = JSON.stringify(lines);
  for (const secret of ['张', '11010519491231002X', '13800000000', 'junk'])
    assert.ok(!shown.includes(secret), `${secret} is shown`);
});

test('standard input is read under -, its format told by content', async () => {
  const { code, lines } = await intake(['--dry-run', '-'], ADT.replaceAll('\r', '\n'));
  assert.deepEqual([code, lines.length, lines[0]?.verdict], [0, 1, 'admitted']);
});

test('a file that cannot be read is named, the others are read, and the code is 1', async () => {
  const { code, lines, said } = await intake([
    '--dry-run',
    'absent.hl7',
    'visit.hl7',
    'bomb.csv.gz',
  ]);
  assert.equal(code, 1);
  assert.equal(lines.length, 2);
  assert.match(said, /absent\.hl7: there is no such file/);
  assert.match(said, /bomb\.csv\.gz: the gzip unfolds too far/);
});

test('at today’s limits an old row is too old; without, it is weighed when it happened', async () => {
  const old = ADT.replaceAll('20261120', '20191120');
  const [then] = (await intake(['--dry-run', '-'], old)).lines;
  const [now] = (await intake(['--dry-run', '--at', 'now', '-'], old)).lines;
  assert.deepEqual(
    [then?.verdict, now?.verdict, now?.errors[0]?.code],
    ['admitted', 'quarantined', 'too-old'],
  );
});

test('as a source of the house: its kind, its mapping, and only places the house knows', async () => {
  const fresh = await freshDatabase();
  try {
    const words = { zh: '药店', en: 'Pharmacies' };
    const shape = { charset: 'utf-8', kind: 'pharmacy_sale', placeCode: null, hl7: null } as const;
    const input = { code: 'chain', words, owner: '市药监', formats: ['csv' as const], ...shape };
    const source = await fresh.db.tx((tx) => createSource(tx, HOUSE, input, Date.now()));
    if (isRefusal(source)) throw new Error(source.code);
    const rules = Object.entries({
      at: 'When',
      name: 'Who',
      phone: 'Tel',
      placeCode: 'Shop',
      drugClass: 'Atc',
    });
    const mapping = {
      kind: null,
      sheet: null,
      crs: 'wgs84',
      rules: rules.map(([field, heading]) => ({ field, from: [heading] })),
    };
    await fresh.db.tx((tx) =>
      tx.run(
        `insert into sources.mapping (source_id, version, mapping, author_id, saved_at)
         values ($1, 1, $2, $3, now())`,
        [source.id, JSON.stringify(mapping), HOUSE.id],
      ),
    );
    const csv = 'When,Who,Tel,Shop,Atc\n2026-11-20 08:30:00,Ann,13800000000,X99,N02BE01\n';
    const env = {
      DATABASE_URL: fresh.ownerUrl,
      DATABASE_SERVER_URL: fresh.url,
      DATABASE_WORKER_URL: fresh.workerUrl,
    };
    const args = ['--dry-run', '--source', 'chain', '--format', 'csv', '-'];
    const { code, lines, said } = await intake(args, csv, env);
    assert.equal(code, 0, said);
    assert.deepEqual(
      lines.map((it) => [it.kind, it.verdict, it.errors.map((error) => error.code)]),
      [['pharmacy_sale', 'quarantined', ['unknown-place']]],
    );
    const stranger = await intake(['--dry-run', '--source', 'nobody', '-'], csv, env);
    assert.notEqual(stranger.code, 0);
    assert.match(stranger.said, /there is no source nobody/);
  } finally {
    await fresh.drop();
  }
});
