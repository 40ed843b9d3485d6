import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOUSE } from '#base/access.ts';
import { isRefusal, refuse } from '#base/refusal.ts';
import { createSource, issueKey, mllpServer, sourcesRoutes } from '#intake/sources/index.ts';
import { type Log, openLog } from '#platform/files/index.ts';
import { buildHttp } from '#platform/http/index.ts';
import { type Lake, openLake } from '#platform/lake/index.ts';
import { openVault } from '#platform/secrets/index.ts';
import type { Db } from '#platform/db/index.ts';
import type { NewSource } from '#intake/sources/contract.ts';
import { newResolver } from '#registers/people/index.ts';
import { freshDatabase } from './database.ts';
import {
  checkDecoded,
  checkRow,
  drainIntake,
  type IntakeDeps,
  openLoader,
  openSegments,
} from '#intake/records/index.ts';

const PLACE = { id: 7, code: 'P001', kind: 'pharmacy', areaCode: '340101001001', lat: 0, lon: 0 };
const places = new Map([['P001', { ...PLACE, name: { zh: '药店', en: 'Pharmacy' } }]]);
const placeOf = (code: string) => places.get(code);
const clock = () => Date.now();
const NOBODY = refuse('forbidden', 'no-sessions-here', { zh: '无', en: 'none' });

/** A source of pharmacies with a key, in every format. */
async function aSource(db: Db) {
  const words = { zh: '药店', en: 'Pharmacies' };
  const hl7 = { application: 'HIS', facility: 'P001' };
  const formats: NewSource['formats'] = [
    'ndjson',
    'json',
    'csv',
    'xlsx',
    'parquet',
    'hl7',
    'fhir',
    'cda',
  ];
  const shape = { charset: 'utf-8', kind: null, placeCode: null } as const;
  const input = { code: 'pharmacies', words, owner: '市药监', formats, hl7, ...shape };
  const source = await db.tx((tx) => createSource(tx, HOUSE, input, Date.now()));
  if (isRefusal(source)) throw new Error(source.code);
  const ask = { sourceId: source.id, days: 1 };
  const issued = await db.tx((tx) => issueKey(tx, HOUSE, ask, Date.now()));
  if (isRefusal(issued)) throw new Error(issued.code);
  return { source, key: issued.key };
}

/** The whole intake on a real database, log and (when asked) lake: door, worker and loader. */
export async function anIntake(options: { withLake?: boolean } = {}) {
  const home = await mkdtemp(join(tmpdir(), 'fenghuo-intake-'));
  const { db, drop } = await freshDatabase();
  const vault = openVault({ home });
  const log: Log = await openLog(join(home, 'log'), { vault });
  const lake: Lake | undefined = options.withLake ? await openLake({ home }) : undefined;
  const segments = openSegments(join(home, 'segments'), db, lake);
  const receive = { db, log, clock, chance: (n: number) => randomBytes(n) };
  const gate = { authenticate: async () => undefined, scopeFor: () => NOBODY };
  const faults: unknown[] = [];
  const onFault = (fault: unknown): void => void faults.push(fault);
  const routes = sourcesRoutes({
    ...receive,
    check: (row, from, now) => checkDecoded(row, from, placeOf, now),
  });
  const { app } = await buildHttp({ db, clock, gate, routes, onFault });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as { port: number };
  const resolver = newResolver(vault, { places: { byCode: places } });
  const deps: IntakeDeps = {
    db,
    log,
    segments,
    vault,
    clock,
    onFault,
    placeOf,
    resolve: resolver.resolve,
  };
  const { source, key } = await aSource(db);
  return {
    home,
    db,
    log,
    lake,
    segments,
    vault,
    deps,
    receive,
    source,
    key,
    port,
    faults,
    loader: lake && openLoader({ db, lake, segments, clock, onFault }),
    mllp: mllpServer({
      ...receive,
      check: (fields, from, now) => checkRow(fields, from, placeOf, now),
      onNote: () => undefined,
    }),
    drain: () => drainIntake(deps),
    async push(body: string | Buffer, type: string, headers: Record<string, string> = {}) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/intake/pharmacies`, {
        method: 'POST',
        body: body as BodyInit,
        headers: { authorization: `Bearer ${key}`, 'content-type': type, ...headers },
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    },
    async close() {
      await app.close();
      await log.close();
      await lake?.stop();
      await drop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A sound pharmacy sale of person `n`, some minutes ago. */
export const sale = (n: number, more: Record<string, unknown> = {}) => ({
  kind: 'pharmacy_sale',
  at: new Date(BASE + n * 1000).toISOString(),
  name: `顾客${n}`,
  phone: `138${String(n).padStart(8, '0')}`,
  areaCode: '340101001001',
  placeCode: 'P001',
  drugClass: 'N02B',
  quantity: 1,
  ...more,
});
const BASE = Date.now() - 20 * 3_600_000;

export const ndjson = (rows: readonly object[]): string =>
  rows.map((it) => JSON.stringify(it)).join('\n');
