import { mkdirSync } from 'node:fs';
import { HOUSE } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import { dayOf } from '#base/time.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { ensureSource, issueKey } from '#intake/sources/index.ts';
import {
  createActor,
  idsOfLogins,
  importActors,
  ROLES,
  type Role,
  setPassword,
} from '#registers/access/index.ts';
import { importPosts } from '#registers/agencies/index.ts';
import { importAreas } from '#registers/areas/index.ts';
import { importPlaces } from '#registers/places/index.ts';
import type { City } from '../../../tools/city/city.ts';
import { SOURCES } from '../../../tools/city/records/sources.ts';
import { areaImports, placeImports, staffImports } from '../../../tools/city/registers.ts';
import type { Config } from '../config.ts';
import { chance, clock, placesOf } from '../open.ts';
import { buildTiles } from '../../../tools/city/tiles/build.ts';
import { sampleCity } from './city.ts';
import { readState, type SampleLogin, writeKeys, writeStaff, writeState } from './state.ts';
import type { Staff } from './staff.ts';
import { progressBar } from '../start/progress.ts';
import { join } from 'node:path';

const KEY_DAYS = 730;
const PASSWORD_BYTES = 12;

/** A refusal here is a fault of the sample itself. */
function sure<T>(what: string, result: T): Exclude<T, { refused: true }> {
  if (!isRefusal(result)) return result as Exclude<T, { refused: true }>;
  const first = result.errors?.[0];
  throw new Error(
    `the sample's ${what} are refused: ${result.text.en} ${first ? `${first.path}: ${first.text.en}` : ''}`,
  );
}

/**
 * Writes the registers of the sample city once: areas, places, posts, actors, sources. Answers the
 * logins with their passwords the first time, none later.
 */
export async function prepareSample(config: Config, db: Db): Promise<SampleLogin[]> {
  const state = readState(config.home);
  if (state?.stage) return [];
  const bar = progressBar('sample city Jiangzhou');
  bar.to(0, 1);
  const city = sampleCity(config.sample);
  bar.to(0.3, 1);
  mkdirSync(placesOf(config.home).tiles, { recursive: true });
  await buildTiles(city, join(placesOf(config.home).tiles, 'jiangzhou.pmtiles'), (share) =>
    bar.to(0.3 + 0.5 * share, 1),
  );
  await db.tx(async (tx) => {
    sure('areas', await importAreas(tx, HOUSE, areaImports(city), clock()));
    sure('places', await importPlaces(tx, HOUSE, placeImports(city), clock()));
  });
  bar.to(0.9, 1);
  const logins = await db.tx((tx) => hire(tx, city));
  writeKeys(config.home, await db.tx(issueKeys));
  writeStaff(config.home, await db.tx((tx) => hireOfficer(tx, city)));
  writeState(config.home, {
    stage: 'registers',
    seed: config.sample.seed,
    persons: config.sample.persons,
    day: dayOf(clock()),
  });
  bar.end(`${city.areas.length} areas, ${city.places.length} places`);
  return logins;
}

async function hire(tx: Tx, city: City): Promise<SampleLogin[]> {
  const { posts, actors } = staffImports(city);
  const rows = actors.map(({ login, name, roles, areaCode, unit }) => ({
    login,
    unit,
    name,
    areaCode,
    roles: roles.filter(isRole),
  }));
  sure('actors', await importActors(tx, HOUSE, rows, clock()));
  sure('posts', await importPosts(tx, HOUSE, posts, clock()));
  const shown = actors.filter((it) => it.isShown);
  const ids = await idsOfLogins(
    tx,
    shown.map((it) => it.login),
  );
  const names = new Map(city.areas.map((it) => [it.code, it.name.zh]));
  const logins: SampleLogin[] = [];
  for (const { login, roles, areaCode } of shown) {
    const password = newPassword();
    sure(
      'passwords',
      await setPassword(tx, HOUSE, { actorId: ids.get(login) ?? 0, password }, clock()),
    );
    logins.push({ role: roles[0] ?? '', login, password, area: names.get(areaCode) ?? areaCode });
  }
  return logins.toSorted((a, b) => ROLES.indexOf(a.role as Role) - ROLES.indexOf(b.role as Role));
}

/** A simulated officer who works off what history raises; signs in through the API like anybody. */
async function hireOfficer(tx: Tx, city: City): Promise<Staff> {
  const staff = { login: 'sample-officer', password: newPassword() };
  const role: Role = 'epidemiologist';
  const areaCode = city.areas[0]?.code ?? '';
  const actor = { ...staff, name: '模拟值班员', roles: [role], areaCode, unit: 'cdc' };
  sure('officer', await createActor(tx, HOUSE, actor, clock()));
  return staff;
}

const newPassword = (): string => Buffer.from(chance(PASSWORD_BYTES)).toString('base64url');

const isRole = (name: string): name is Role => (ROLES as readonly string[]).includes(name);

async function issueKeys(tx: Tx): Promise<Record<string, string>> {
  const keys: Record<string, string> = {};
  for (const { code, words, owner, format, charset, kind, hl7 } of SOURCES) {
    // Hospitals send messages; what they held before the platform came arrives as NDJSON.
    const formats = format === 'hl7' ? (['hl7', 'ndjson'] as const) : ([format] as const);
    const wanted = {
      code,
      words,
      owner,
      formats: [...formats],
      charset,
      kind,
      placeCode: null,
      hl7,
    };
    const source = sure('sources', await ensureSource(tx, HOUSE, wanted, clock()));
    const issued = sure(
      'keys',
      await issueKey(tx, HOUSE, { sourceId: source.id, days: KEY_DAYS }, clock()),
    );
    keys[code] = issued.key;
  }
  return keys;
}
