import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Actor, HOUSE } from '#base/access.ts';
import { LAKE_STEPS, LAKE_TABLE } from '#intake/records/index.ts';
import { createSource, issueKey } from '#intake/sources/index.ts';
import { openLog } from '#platform/files/index.ts';
import { buildHttp, type Route } from '#platform/http/index.ts';
import { openLake } from '#platform/lake/index.ts';
import { newSigner, openMandateKeys, publicKeysIn } from '#platform/secrets/index.ts';
import { createActor, type Role, ROLES, scopeFor } from '#registers/access/index.ts';
import { importPosts } from '#registers/agencies/index.ts';
import { areaDirectory, importAreas } from '#registers/areas/index.ts';
import {
  importPlaces,
  loadPlaceKinds,
  placeDirectory,
  shippedKinds,
} from '#registers/places/index.ts';
import { whoHolds } from '#registers/signin/index.ts';
import { linkEntries, traceNotes, verifyTrace } from '#registers/trace/index.ts';
import { liveFeed } from '#views/command/index.ts';
import { addMember, installShippedLists } from '#watch/rules/index.ts';
import { allRoutes } from '../../src/entry/routes.ts';
import { mountPages } from '../../src/entry/doors/pages.ts';
import { CITY, COMMUNITY, DISTRICT, smallCity, sure, T0, VAULT } from '../builders/loop.ts';

export const FAR = '429902000000';
const FAR_STREET = '429902001000';
export const FAR_COMMUNITY = '429902001001';
/** Stands in every row of the far district and in no request: nobody near may ever read it. */
export const SECRET = 'XQZFAR';
const LIST = 'home-isolation';
const CITY_ROLES: readonly Role[] = [
  'commander',
  'epidemiologist',
  'administrator',
  'rule_reviewer',
];

export type Caller = { readonly token: string; readonly actor: Actor; readonly isCity: boolean };
type City = Awaited<ReturnType<typeof smallCity>>;

/** Far rows bear the secret; near ones of the same kind stand beside them. */
async function seed(city: City): Promise<Caller[]> {
  const callers: Caller[] = [];
  await city.db.tx(async (tx) => {
    const area = (code: string, zh: string) => ({
      code,
      name: { zh, en: code },
      lat: 30,
      lon: 114,
    });
    sure(await importAreas(tx, HOUSE, [area(FAR_STREET, 'a'), area(FAR_COMMUNITY, 'b')], T0));
    await loadPlaceKinds(tx, HOUSE, shippedKinds(), T0);
    const place = (code: string, areaCode: string, zh: string) => {
      return { code, areaCode, kind: 'pharmacy', name: { zh, en: zh }, lat: 30, lon: 114 };
    };
    const places = [place('NEAR', COMMUNITY, 'near'), place(SECRET, FAR_COMMUNITY, SECRET)];
    sure(await importPlaces(tx, HOUSE, places, T0));
    // Posts are offices, no people: a hand-over names the office that takes over.
    const words = { zh: '远岗', en: 'Far post' };
    const post = { code: 'FAR', kind: 'field' as const, name: words, agency: words, members: [] };
    sure(await importPosts(tx, HOUSE, [{ ...post, areaCode: FAR_COMMUNITY }], T0));
    await tx.run(`update people.person set area_code = $1 where id % 2 = 0`, [FAR_COMMUNITY]);
    await installShippedLists(tx, T0);
    for (let subjectId = 1; subjectId <= 20; subjectId++) {
      const isFar = subjectId % 2 === 0;
      const areaCode = isFar ? FAR_COMMUNITY : COMMUNITY;
      const words = isFar ? SECRET : 'near';
      const member = { id: LIST, subjectId, areaCode, source: words, reason: words };
      sure(await addMember(tx, HOUSE, member, T0, VAULT));
    }
    await tx.run(
      `insert into records.segment (id, rows, from_at, to_at, written_at) values (1, 2, $1, $1, $1)`,
      [new Date(T0)],
    );
    const make = async (role: Role, login: string, areaCode: string) => {
      const input = { login, name: login, areaCode, roles: [role], password: null };
      return sure(await createActor(tx, HOUSE, input, T0));
    };
    await make('street_officer', 'far-away', FAR);
    for (const role of ROLES) {
      const actor = await make(role, `near-${role.replaceAll('_', '-')}`, DISTRICT);
      callers.push({ token: `near.${role}`, actor, isCity: false });
    }
    for (const role of CITY_ROLES) {
      const actor = await make(role, `city-${role.replaceAll('_', '-')}`, CITY);
      callers.push({ token: `city.${role}`, actor, isCity: true });
    }
  });
  for (let personId = 1; personId <= 20; personId++)
    await city.signal([{ personId, areaCode: personId % 2 === 0 ? FAR_COMMUNITY : COMMUNITY }]);
  await city.hear();
  await city.db.tx((tx) =>
    tx.run(`update access.actor set name = $1 where login = 'far-away'`, [SECRET]),
  );
  return callers;
}

/** Ids a request may name, of both districts, by the noun of the path or the name of the field. */
async function idsOf(city: City): Promise<Map<string, unknown[]>> {
  const list = (sql: string) =>
    city.db.read(async (tx) => (await tx.rows<{ id: unknown }>(sql)).map((it) => it.id));
  const [alerts, tasks, places, posts, actors] = await Promise.all([
    list('select id from alerts.alert'),
    list('select id from tasks.task'),
    list('select id from places.place'),
    list('select id from agencies.post'),
    list('select id from access.actor'),
  ]);
  const people = Array.from({ length: 50 }, (_, i) => i + 1);
  return new Map<string, unknown[]>([
    ['alerts', alerts],
    ['tasks', tasks],
    ['places', places],
    ['posts', posts],
    ['actors', actors],
    ['people', people],
    ['records', [2 ** 20, 2 ** 20 + 1]],
    ['lists', [LIST]],
    ['source', ['fuzz-source']],
    ['on', ['2026-03-01', '2026-03-02']],
    ['rule', ['fever-purchase']],
    ['rules', ['fever-purchase']],
    ['areas', [DISTRICT, COMMUNITY, FAR, FAR_COMMUNITY, CITY]],
  ]);
}

/** A house of two districts behind a real port, with callers of every role on one side. */
export async function fuzzHouse(clock: () => number) {
  const stack = new AsyncDisposableStack();
  const city = await smallCity();
  stack.defer(() => city.drop());
  const home = await mkdtemp(join(tmpdir(), 'fenghuo-fuzz-'));
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const lake = await openLake({ home });
  stack.defer(() => lake.stop());
  await lake.migrate(LAKE_STEPS);
  const callers = await seed(city);
  const row = (id: number, person: number, area: string, place: string) =>
    `(${id}, 'pharmacy_sale', fromUnixTimestamp64Milli(${T0}), ${person}, '${area}', ${place}, '${area}')`;
  await lake.run(
    `insert into ${LAKE_TABLE} (id, kind, at, person, personArea, place, placeArea)
      values ${row(2 ** 20, 1, COMMUNITY, '1')}, ${row(2 ** 20 + 1, 2, FAR_COMMUNITY, '2')}`,
  );
  const vault = VAULT;
  const log = await openLog(join(home, 'log'), { vault });
  stack.defer(() => log.close());
  const faults: string[] = [];
  const onFault = (fault: unknown, where = ''): void => {
    const chain: string[] = [];
    for (let at: unknown = fault; at instanceof Error; at = at.cause) chain.push(at.message);
    faults.push(`${where}: ${chain.join(' ← ') || String(fault)}`);
  };
  const { db } = city;
  const live = liveFeed({ db, onError: onFault });
  stack.defer(() => live.stop());
  const [areas, places] = [await areaDirectory(db), await placeDirectory(db)];
  const signer = newSigner();
  const secrets = { vault, mandateKeys: openMandateKeys(home, vault), signer };
  const routes: Route[] = allRoutes({ db, lake, ...secrets, log, areas, places, live });
  const byToken = new Map(callers.map((it) => [it.token, it.actor]));
  const gate = {
    authenticate: async (token: string, now: number) => {
      const actor = byToken.get(token);
      const unit = token.startsWith('city.') ? 'health-commission' : 'cdc';
      return actor ? { ...actor, unit, provenAt: now } : whoHolds(db, token, now);
    },
    scopeFor,
    ...traceNotes(db),
  };
  const { app } = await buildHttp({ db, clock, gate, routes, onFault });
  stack.defer(() => app.close());
  const endpoints = routes.map((it) => it.endpoint);
  await mountPages(app, endpoints, join(home, 'tiles'), '0');
  await app.listen({ port: 0, host: '127.0.0.1' });
  const keys = await db.tx(async (tx) => {
    const input = {
      code: 'fuzz-source',
      words: { zh: '源', en: 'Source' },
      owner: 'o',
      formats: ['ndjson', 'json', 'csv'] as ('ndjson' | 'json' | 'csv')[],
      charset: 'utf-8' as const,
      kind: 'pharmacy_sale' as const,
      placeCode: 'NEAR',
      hl7: null,
    };
    const source = sure(await createSource(tx, HOUSE, input, T0));
    return [sure(await issueKey(tx, HOUSE, { sourceId: source.id, days: 300 }, T0)).key];
  });
  return {
    endpoints,
    callers,
    keys,
    ids: await idsOf(city),
    faults,
    port: (app.server.address() as AddressInfo).port,
    /** Links and walks the whole trail; the names of what is not as it was written. */
    async trailFaults(): Promise<string[]> {
      await linkEntries(db, { algorithm: 'sha256' }, clock());
      const found = await verifyTrace(db, { keys: publicKeysIn(signer.publicPem) }, clock());
      return found.faults.map((it) => `${it.kind} ${it.seq} ${it.entryId ?? ''}`);
    },
    /** Hears what was told; a fact that no reaction can bear is a fault of the write that told it. */
    hear: () => city.hear(clock()),
    stop: () => stack.disposeAsync(),
  };
}
export type FuzzHouse = Awaited<ReturnType<typeof fuzzHouse>>;
