import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freshDatabase, type FreshDatabase } from '../builders/database.ts';
import { push, type RunningHouse, signIn, startHouse, until } from '../builders/house.ts';
import { type LakeServer, startLakeServer } from '../builders/lake-server.ts';

const MAIN = join(import.meta.dirname, '../../src/entry/main.ts');
const fenghuo = (env: Record<string, string>, ...args: string[]): string =>
  execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 2 ** 24, // the API document is long
  });

let lake: LakeServer | string;
let database: FreshDatabase;
let house: RunningHouse;

before(async () => {
  lake = await startLakeServer();
  if (typeof lake === 'string') return;
  database = await freshDatabase({ rooms: [] });
  house = await startHouse({
    env: {
      DATABASE_URL: database.ownerUrl,
      DATABASE_SERVER_URL: database.serverUrl,
      DATABASE_WORKER_URL: database.workerUrl,
      LAKE_URL: lake.url,
    },
  });
});
after(async () => {
  if (typeof lake === 'string') return;
  await house.stop();
  house.remove();
  await database.drop();
  await lake.stop();
});

test('the same house runs on a PostgreSQL and a ClickHouse server by URL', async (t) => {
  if (typeof lake === 'string') return t.skip(lake);
  const row = {
    kind: 'wastewater',
    at: new Date().toISOString(),
    placeCode: '',
    pathogen: 'norovirus',
    value: 12,
  };
  const steward = await signIn(house, 'data_steward');
  const places = (await steward.get('/api/places?limit=1&kind=sewage_plant')).body as {
    rows: { id: number; code: string }[];
  };
  const place = places.rows[0];
  assert.ok(place, 'the sample city has a sewage works');
  const sent = await push(
    house,
    'sewage',
    `${JSON.stringify([{ ...row, placeCode: place.code }])}`,
    'application/json',
  );
  assert.equal(sent.status, 202);
  const { batch } = (await sent.json()) as { batch: string };
  const settled = await until('the verdict of the row', async () => {
    const { body } = await steward.get(`/api/batches/${batch}`);
    return body.isSettled ? body : undefined;
  });
  assert.equal(settled.admitted, 1);
  const epi = await signIn(house, 'epidemiologist');
  await until('the record in the lake', async () => {
    const { body } = await epi.get(`/api/places/${place.id}/records?limit=1`);
    return ((body.rows ?? []) as { pathogen?: string }[]).length > 0;
  });
});

test('the command line says whether every row is accounted for', (t) => {
  if (typeof lake === 'string') return t.skip(lake);
  const said = JSON.parse(fenghuo({ FENGHUO_HOME: house.home }, 'status', '--check', '--json')) as {
    holds: boolean;
    wrong: string[];
    city: Record<string, number>;
  };
  assert.ok(said.holds);
  assert.deepEqual(said.wrong, []);
  assert.ok((said.city.admitted ?? 0) > 0);
});

test('health, readiness, metrics and the API document are served', async (t) => {
  if (typeof lake === 'string') return t.skip(lake);
  const text = async (path: string) => (await fetch(house.url + path)).text();
  assert.deepEqual(JSON.parse(await text('/healthz')), { ok: true });
  assert.deepEqual(JSON.parse(await text('/readyz')), { ok: true, database: true, lake: true });
  assert.match(await text('/metrics'), /fenghuo_rows\{verdict="admitted"\} \d+/);
  const served = JSON.parse(await text('/api/openapi.json')) as { paths: object };
  const printed = JSON.parse(fenghuo({}, 'openapi')) as { paths: object };
  assert.deepEqual(Object.keys(served.paths).toSorted(), Object.keys(printed.paths).toSorted());
  assert.match(await text('/api/docs'), /POST/);
});

test('every command explains itself, and an unknown one is refused', () => {
  const help = fenghuo({}, '--help');
  for (const name of ['start', 'status', 'user', 'source', 'openapi', 'build'])
    assert.match(help, new RegExp(`^ {2}${name} `, 'm'));
  assert.match(fenghuo({}, 'user', '--help'), /--role/);
  assert.throws(() => fenghuo({}, 'nonsense'), /no command/);
});
