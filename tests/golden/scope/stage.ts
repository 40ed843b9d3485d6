import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Actor, HOUSE } from '#base/access.ts';
import { LAKE_STEPS, LAKE_TABLE } from '#intake/records/index.ts';
import { openLog } from '#platform/files/index.ts';
import { buildHttp, type Route } from '#platform/http/index.ts';
import { openLake } from '#platform/lake/index.ts';
import { newSigner, openMandateKeys } from '#platform/secrets/index.ts';
import { createActor, needsAssigned, type Role, ROLES, scopeFor } from '#registers/access/index.ts';
import { importPosts } from '#registers/agencies/index.ts';
import { areaDirectory, importAreas } from '#registers/areas/index.ts';
import {
  importPlaces,
  loadPlaceKinds,
  placeDirectory,
  shippedKinds,
} from '#registers/places/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import { liveFeed } from '#views/command/index.ts';
import { addMember, installShippedLists } from '#watch/rules/index.ts';
import { allRoutes } from '../../../src/entry/routes.ts';
import {
  COMMUNITY,
  DISTRICT,
  NEIGHBOUR,
  said,
  smallCity,
  sure,
  T0,
  VAULT,
} from '../../builders/loop.ts';
import { LIST, type Side } from './declared.ts';

export const FAR = '429902000000';
const FAR_STREET = '429902001000';
const FAR_COMMUNITY = '429902001001';
/** What no answer may hold that is given to a district for its own area. */
export const FAR_MARK = '429902001';
export const NEAR_MARK = '429901001';

type City = Awaited<ReturnType<typeof smallCity>>;
const RECORD_OF = { near: 2 ** 20, far: 2 ** 20 + 1 };
const SIDES = [
  { person: 1, areaCode: COMMUNITY, fromArea: NEIGHBOUR },
  { person: 2, areaCode: FAR_COMMUNITY, fromArea: FAR_STREET },
] as const;

async function seedPlaces(city: City): Promise<void> {
  await city.db.tx(async (tx) => {
    const area = (code: string) => ({ code, name: { zh: code, en: code }, lat: 30, lon: 114 });
    sure(await importAreas(tx, HOUSE, [area(FAR_STREET), area(FAR_COMMUNITY)], T0));
    await loadPlaceKinds(tx, HOUSE, shippedKinds(), T0);
    const place = (code: string, areaCode: string) => {
      return { code, areaCode, kind: 'pharmacy', name: { zh: code, en: code }, lat: 30, lon: 114 };
    };
    const both = [place('NEAR', COMMUNITY), place('FAR', FAR_COMMUNITY)];
    sure(await importPlaces(tx, HOUSE, both, T0));
    const words = { zh: '远岗', en: 'Far post' };
    const post = { code: 'FAR', kind: 'field' as const, name: words, agency: words, members: [] };
    sure(await importPosts(tx, HOUSE, [{ ...post, areaCode: FAR_COMMUNITY }], T0));
  });
}

async function seedActors(city: City): Promise<Map<string, Actor>> {
  const actors = new Map<string, Actor>();
  await city.db.tx(async (tx) => {
    const farAway = { login: 'far', name: 'far', areaCode: FAR, password: null };
    sure(await createActor(tx, HOUSE, { ...farAway, roles: ['street_officer'] }, T0));
    const device = { ...farAway, login: 'far-device' };
    sure(await createActor(tx, HOUSE, { ...device, roles: ['guard_device'] }, T0));
    for (const role of ROLES) {
      const input = { login: role.replaceAll('_', '-'), name: role, areaCode: DISTRICT };
      const made = sure(
        await createActor(tx, HOUSE, { ...input, roles: [role], password: null }, T0),
      );
      const { id, login, name, roles, areaCode } = made;
      const own = {
        ...(role === 'resident' ? { personId: SIDES[0].person } : {}),
        ...(needsAssigned(made) ? { assigned: [SIDES[0].person] } : {}),
      };
      // Nothing is held back for a proof: what is asked here is the table.
      actors.set(role, { id, login, name, roles, areaCode, provenAt: T0, ...own });
    }
  });
  return actors;
}

async function seedPeople(city: City): Promise<void> {
  await city.db.tx(async (tx) => {
    await tx.run(`update people.person set area_code = $1 where id = 2`, [FAR_COMMUNITY]);
    await installShippedLists(tx, T0);
    for (const { person, areaCode, fromArea } of SIDES) {
      const member = { id: LIST, subjectId: person, areaCode, source: 's', reason: '' };
      sure(await addMember(tx, HOUSE, member, T0, VAULT));
      const line = { action: 'test', subject: `person:${person}`, purpose: '' };
      await writeEntry(tx, { ...line, at: T0, actor: HOUSE, areaCode });
      await tx.run(
        `insert into people.tie (person, relation, area_code, from_area, since, state,
           proposed_by, proposed_at, reason, source)
         values ($1, 'responsible', $2, $3, $4, 'proposed', 0, $4, $5, 'hand')`,
        [person, areaCode, fromArea, new Date(T0), said('转入本区')],
      );
      const district = `${areaCode.slice(0, 6)}000000`;
      await tx.run(
        `insert into access.glass_grant (actor_id, person, area_code, person_area, purpose, reason,
           actions, from_at, until_at)
         select min(id), $1, $2, $3, 'supervision', $4, '{person.read}', $5,
           $5::timestamptz + interval '1 hour'
         from access.actor where area_code = $2`,
        [person, district, areaCode, said('核对行程'), new Date(T0 - 7_200_000)],
      );
      await tx.run(
        `insert into misuse.alarm (at, last_at, kind, deed, actor_id, area_code, figures)
         values ($1, $1, 'read-burst', 'list.change', $3, $2, '{"persons": 400}')`,
        [new Date(T0), areaCode, -person],
      );
    }
    await tx.run(
      `insert into records.segment (id, rows, from_at, to_at, written_at) values (1, 2, $1, $1, $1)`,
      [new Date(T0)],
    );
  });
  await city.signal([{ personId: 1 }, { personId: 2, areaCode: FAR_COMMUNITY }]);
  await city.hear();
}

async function sideOf(city: City, inside: boolean): Promise<Side> {
  const areaCode = inside ? COMMUNITY : FAR_COMMUNITY;
  const ids = await city.db.read((tx) =>
    tx.row<Side>(
      `select $2::int as person, $3::int as record,
        (select id from alerts.alert where area_code = $1) as alert,
        (select id from tasks.task where area_code = $1) as task,
        (select id from places.place where area_code = $1) as place,
        (select min(id) from agencies.post where area_code = $1) as post,
        (select id from people.tie where area_code = $1) as tie,
        (select id from access.glass_grant where person_area = $1) as grant,
        (select id from misuse.alarm where area_code = $1) as alarm,
        (select id from access.actor where roles = '{guard_device}'
          and area_code = rpad(left($1, 6), 12, '0')) as device,
        (select min(id) from access.actor
          where area_code = rpad(left($1, 6), 12, '0')) as actor`,
      [areaCode, inside ? 1 : 2, inside ? RECORD_OF.near : RECORD_OF.far],
    ),
  );
  for (const [noun, id] of Object.entries(ids ?? { nothing: null }))
    assert.ok(id, `${inside ? 'near' : 'far'} has no ${noun}`);
  return ids as Side;
}

/** The house with one thing of each kind in two districts, and an actor of each role in the first. */
export async function stageOf(stack: AsyncDisposableStack) {
  const city = await smallCity();
  stack.defer(() => city.drop());
  const home = await mkdtemp(join(tmpdir(), 'fenghuo-scope-'));
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const lake = await openLake({ home });
  stack.defer(() => lake.stop());
  await lake.migrate(LAKE_STEPS);
  await seedPlaces(city);
  const actors = await seedActors(city);
  await seedPeople(city);
  const [near, far] = [await sideOf(city, true), await sideOf(city, false)];
  const row = (it: Side, area: string) =>
    `(${it.record}, 'pharmacy_sale', fromUnixTimestamp64Milli(${T0}), ${it.person}, '${area}', ${it.place}, '${area}')`;
  await lake.run(
    `insert into ${LAKE_TABLE} (id, kind, at, person, personArea, place, placeArea)
      values ${row(near, COMMUNITY)}, ${row(far, FAR_COMMUNITY)}`,
  );
  const log = await openLog(join(home, 'log'), { vault: VAULT });
  stack.defer(() => log.close());
  const live = liveFeed({ db: city.db, onError: (fault) => assert.fail(String(fault)) });
  const [areas, places] = [await areaDirectory(city.db), await placeDirectory(city.db)];
  const secrets = {
    vault: VAULT,
    mandateKeys: openMandateKeys(home, VAULT),
    signer: newSigner(),
  };
  const routes: readonly Route[] = allRoutes({
    ...{ db: city.db, lake, ...secrets, log, areas, places, live },
  });
  const gate = { authenticate: async (token: string) => actors.get(token), scopeFor };
  const onFault = (fault: unknown): never => assert.fail(fault as Error);
  const { app } = await buildHttp({
    ...{ db: city.db, clock: () => T0 + 1000, gate, routes, onFault },
  });
  stack.defer(() => app.close());

  /** Asks as the one actor of a role. `purpose` '' states none. */
  const ask = (
    role: Role,
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    payload?: object,
    purpose = '核查本区疫情',
  ) =>
    app.inject({
      method,
      url,
      headers: {
        authorization: `Bearer ${role}`,
        ...(purpose ? { 'x-purpose': encodeURIComponent(purpose) } : {}),
      },
      ...(payload ? { payload } : {}),
    });
  return { routes, near, far, ask };
}
