import type { Actor, Permit } from '#base/access.ts';
import { isWithin, prefixOf } from '#base/areas.ts';
import { keyOf, type Page, pageOf } from '#base/paging.ts';
import type { Tx } from '#platform/db/index.ts';
import type { ActorView, Role } from './contract.ts';
import type { Bucket } from './model.ts';
import { mayDo } from './law/permits.ts';

const ACTOR = 'id, login, name, roles, area_code as "areaCode"';

/** An actor whole, of `access.actor a`. */
export const ACTOR_COLUMNS = `a.id, a.login, a.name, a.roles, a.area_code as "areaCode", a.unit,
  a.person_id as "personId"`;
export type ActorRow = Pick<Actor, 'id' | 'login' | 'name' | 'roles' | 'areaCode'> & {
  unit: string;
  personId: number | null;
};
export const actorFrom = (row: ActorRow): Actor => ({
  id: row.id,
  login: row.login,
  name: row.name,
  roles: row.roles,
  areaCode: row.areaCode,
  ...(row.unit ? { unit: row.unit } : {}),
  ...(row.personId === null ? {} : { personId: row.personId }),
});

export async function actorOf(tx: Tx, id: number): Promise<Actor | undefined> {
  const row = await tx.row<ActorRow>(
    `select ${ACTOR_COLUMNS} from access.actor a where a.id = $1 and a.active`,
    [id],
  );
  return row && actorFrom(row);
}

/** An active actor who may do the action in the area: somebody work there can be given to. */
export async function actorFor(
  tx: Tx,
  id: number,
  permit: Permit,
  areaCode: string,
): Promise<Actor | undefined> {
  const actor = Number.isSafeInteger(id) ? await actorOf(tx, id) : undefined;
  const fits = actor && mayDo(actor, permit) && isWithin(areaCode, prefixOf(actor.areaCode));
  return fits ? actor : undefined;
}

/** Active actors among the ids, in order of id. */
export const actorsOf = (tx: Tx, ids: readonly number[]): Promise<Actor[]> =>
  tx.rows<Actor>(`select ${ACTOR} from access.actor where id = any($1) and active order by id`, [
    ids,
  ]);

/** Names of actors, also of those who left; unknown ids are absent. */
export async function namesOf(tx: Tx, ids: readonly number[]): Promise<Map<number, string>> {
  const rows = await tx.rows<{ id: number; name: string }>(
    'select id, name from access.actor where id = any($1)',
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Ids of logins; unknown ones are absent. */
export async function idsOfLogins(tx: Tx, logins: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.rows<{ login: string; id: number }>(
    'select login, id from access.actor where login = any($1)',
    [logins],
  );
  return new Map(rows.map((row) => [row.login, row.id]));
}

type Held = { passwordHash: string | null; mustChange: boolean; givenUntil: number | null };
export type ActorWithHash = Actor & Held;
type RowWithHash = ActorRow & Held;
/** An active actor by login, with what a password is checked against. */
export async function actorByLogin(tx: Tx, login: string): Promise<ActorWithHash | undefined> {
  const row = await tx.row<RowWithHash>(
    `select ${ACTOR_COLUMNS}, a.password_hash as "passwordHash", a.must_change as "mustChange",
       a.given_until as "givenUntil"
     from access.actor a where a.login = $1 and a.active`,
    [login],
  );
  if (!row) return undefined;
  const { passwordHash, mustChange, givenUntil } = row;
  return { ...actorFrom(row), passwordHash, mustChange, givenUntil };
}

export type ActorFilter = {
  readonly areaPrefix: string;
  readonly role?: Role | undefined;
  readonly search?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
};

export async function listActors(tx: Tx, filter: ActorFilter): Promise<Page<ActorView>> {
  const after = keyOf(filter.after, ['text'])?.[0] ?? '';
  const rows = await tx.rows<ActorView>(
    `select ${ACTOR}, unit, active, made_at as "madeAt" from access.actor
     where login > $1 and starts_with(area_code, $2) and ($3::text is null or $3 = any(roles))
       and ($4::text is null or position($4 in login || ' ' || name) > 0)
     order by login limit $5`,
    [after, filter.areaPrefix, filter.role ?? null, filter.search ?? null, filter.limit + 1],
  );
  return pageOf(rows, filter.limit, (row) => [row.login]);
}

/**
 * Takes one token; false when the bucket is empty. Atomic: guesses in parallel cannot share one.
 */
export async function takeToken(
  tx: Tx,
  key: string,
  bucket: Bucket,
  now: number,
): Promise<boolean> {
  const row = await tx.row(
    `insert into access.attempt as a (key, tokens, at) values ($1, $2::float8 - 1, $3)
     on conflict (key) do update set at = $3, tokens = -1 + least($2::float8,
       a.tokens + greatest(0, extract(epoch from $3 - a.at)) * 1000 / $4::float8)
     where least($2::float8,
       a.tokens + greatest(0, extract(epoch from $3 - a.at)) * 1000 / $4::float8) >= 1
     returning tokens`,
    [key, bucket.capacity, new Date(now), bucket.refillMs],
  );
  return row !== undefined;
}

/** A right password: the login's bucket is full again, the address gets its token back. */
export async function returnTokens(tx: Tx, loginKey: string, addressKey: string): Promise<void> {
  await tx.run('delete from access.attempt where key = $1', [loginKey]);
  await tx.run('update access.attempt set tokens = tokens + 1 where key = $1', [addressKey]);
}

/** Forgets ended sessions and full buckets older than `before`. Called by the schedule. */
export async function pruneAccess(tx: Tx, before: number): Promise<void> {
  await tx.run('delete from access.session where ends_at < $1', [new Date(before)]);
  await tx.run('delete from access.attempt where at < $1', [new Date(before)]);
}

/** Whether somebody who can sign in administers the house. */
export async function hasAdministrator(tx: Tx): Promise<boolean> {
  const row = await tx.row(
    `select 1 from access.actor
     where active and password_hash is not null and 'administrator' = any(roles) limit 1`,
  );
  return row !== undefined;
}

/**
 * The account of a resident, bound to the person's file; made at the first sign-in. It carries no
 * name: the file has it, sealed.
 */
export async function residentOf(
  tx: Tx,
  person: { readonly id: number; readonly areaCode: string },
  now: number,
): Promise<number> {
  const row = await tx.row<{ id: number }>(
    `insert into access.actor (login, name, roles, area_code, person_id, made_at)
     values ('resident-' || $1::text, '居民', '{resident}', $2, $1::bigint, $3)
     on conflict (login) do update set area_code = excluded.area_code returning id`,
    [person.id, person.areaCode, new Date(now)],
  );
  return row?.id ?? 0;
}
