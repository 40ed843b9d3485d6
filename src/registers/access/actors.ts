import { type Actor, HOUSE } from '#base/access.ts';
import { isWithin, prefixOf } from '#base/areas.ts';
import { type FieldError, type Refusal, refuse } from '#base/refusal.ts';
import type { Tx } from '#platform/db/index.ts';
import { hashPassword } from '#platform/secrets/index.ts';
import { writeEntry } from '#registers/trace/index.ts';
import { GIVEN_LIFE_MS } from './model.ts';
import { rolesApart } from './law/duties.ts';
import { passwordFault } from './sessions/rules.ts';
import { type ActorView, type NewActor, newActor } from './contract.ts';

const ROW = `id, login, name, roles, area_code as "areaCode", unit, active, made_at as "madeAt"`;

const invalid = (errors: FieldError[]): Refusal =>
  refuse(
    'invalid',
    'invalid-actor',
    { zh: '账号资料有误，请改正后重试。', en: 'The actor is not valid; mend the fields listed.' },
    errors,
  );

function faultsOf(actor: Actor, input: NewActor, at = ''): FieldError[] {
  const errors: FieldError[] = [];
  for (const issue of newActor.safeParse(input).error?.issues ?? []) {
    const path = at + issue.path.join('.');
    errors.push({ path, code: issue.code, text: { zh: issue.message, en: issue.message } });
  }
  const weak = input.password === null ? undefined : passwordFault(input.password, [input.login]);
  if (weak && !errors.some((it) => it.path === `${at}password`))
    errors.push({ path: `${at}password`, code: 'weak-password', text: weak });
  const apart = rolesApart(input.roles);
  if (apart) errors.push({ path: `${at}roles`, code: 'apart', text: apart });
  if (!isWithin(input.areaCode, prefixOf(actor.areaCode))) {
    const text = { zh: '超出您的辖区', en: 'outside your own area' };
    errors.push({ path: `${at}areaCode`, code: 'outside', text });
  }
  return errors;
}

/**
 * Makes an actor. The password is hashed with argon2id and never kept; null makes an actor that
 * cannot sign in yet. Refuses a login that is taken.
 */
export async function createActor(
  tx: Tx,
  actor: Actor,
  input: NewActor,
  now: number,
  /** Whether the password is somebody else's choice and is changed at the first sign-in. */
  isGiven = actor !== HOUSE,
): Promise<ActorView | Refusal> {
  const errors = faultsOf(actor, input);
  if (errors.length > 0) return invalid(errors);
  const made = await tx.row<ActorView>(
    `insert into access.actor
       (login, name, roles, area_code, password_hash, made_at, must_change, unit, given_until,
        handed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (login) do nothing returning ${ROW}`,
    [
      input.login,
      input.name,
      input.roles,
      input.areaCode,
      input.password === null ? null : await hashPassword(input.password),
      new Date(now),
      input.password !== null && isGiven,
      input.unit ?? '',
      input.password !== null && isGiven ? new Date(now + GIVEN_LIFE_MS) : null,
      // Without a password too: the city's sign-on may let somebody in under this login at once.
      isGiven ? new Date(now) : null,
    ],
  );
  if (!made) {
    return refuse('conflict', 'login-taken', {
      zh: '该登录名已被使用，请换一个。',
      en: 'This login is taken; choose another.',
    });
  }
  await note(tx, actor, 'actor.create', made.id, made.areaCode, now);
  return made;
}

/**
 * Writes thousands of actors without passwords, once or again with the same outcome. Existing
 * logins get the new name, roles and area, and keep their password; whose roles or area changed is
 * signed out. Refuses all with every error.
 */
export async function importActors(
  tx: Tx,
  actor: Actor,
  rows: readonly Omit<NewActor, 'password'>[],
  now: number,
): Promise<{ written: number } | Refusal> {
  const errors = rows.flatMap((row, i) => faultsOf(actor, { ...row, password: null }, `${i}.`));
  if (errors.length > 0) return invalid(errors);
  const change = [
    rows.map((row) => row.login),
    rows.map((row) => row.roles.join(',')),
    rows.map((row) => row.areaCode),
  ];
  // Other rights, another session: what was opened under the old ones is opened anew.
  await tx.run(
    `update access.session s set ended_at = $4
     from access.actor a join unnest($1::text[], $2::text[], $3::text[])
       as x (login, roles, area_code) on x.login = a.login
     where s.actor_id = a.id and s.ended_at is null
       and (a.roles <> string_to_array(x.roles, ',') or a.area_code <> x.area_code)`,
    [...change, new Date(now)],
  );
  const written = await tx.run(
    `insert into access.actor as a (login, name, roles, area_code, made_at, unit)
     select login, name, string_to_array(roles, ','), area_code, $5, unit
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $6::text[])
       as x (login, name, roles, area_code, unit)
     on conflict (login) do update
       set name = excluded.name, roles = excluded.roles, area_code = excluded.area_code,
         unit = case when excluded.unit = '' then a.unit else excluded.unit end`,
    [
      rows.map((row) => row.login),
      rows.map((row) => row.name),
      rows.map((row) => row.roles.join(',')),
      rows.map((row) => row.areaCode),
      new Date(now),
      rows.map((row) => row.unit ?? ''),
    ],
  );
  await note(tx, actor, 'actor.import', 0, actor.areaCode, now);
  return { written };
}

/** Sets a password and ends every session of that actor. */
export async function setPassword(
  tx: Tx,
  actor: Actor,
  input: { readonly actorId: number; readonly password: string },
  now: number,
  isGiven = actor !== HOUSE,
): Promise<{ actorId: number } | Refusal> {
  const fault = passwordFault(input.password, []);
  if (fault) return refuse('invalid', 'weak-password', fault);
  const changed = await tx.row<{ areaCode: string }>(
    `update access.actor set password_hash = $2, must_change = $4, given_until = $5,
       handed_at = case when $4 then $6 else handed_at end
     where id = $1 and starts_with(area_code, $3) returning area_code as "areaCode"`,
    [
      input.actorId,
      await hashPassword(input.password),
      prefixOf(actor.areaCode),
      isGiven,
      isGiven ? new Date(now + GIVEN_LIFE_MS) : null,
      new Date(now),
    ],
  );
  if (!changed) return NO_ACTOR;
  await endSessions(tx, input.actorId, now);
  await note(tx, actor, 'actor.password', input.actorId, changed.areaCode, now);
  return { actorId: input.actorId };
}

/**
 * The holder chooses a new password; the caller has checked the old one. Every session of theirs
 * ends, this one too. Refuses weak-password.
 */
export async function choosePassword(
  tx: Tx,
  actor: Actor,
  password: string,
  now: number,
): Promise<{ actorId: number } | Refusal> {
  const fault = passwordFault(password, [actor.login, actor.name]);
  if (fault) return refuse('invalid', 'weak-password', fault);
  await tx.run(
    'update access.actor set password_hash = $2, must_change = false, given_until = null where id = $1',
    [actor.id, await hashPassword(password)],
  );
  await endSessions(tx, actor.id, now);
  await note(tx, actor, 'actor.password', actor.id, actor.areaCode, now);
  return { actorId: actor.id };
}

const NO_ACTOR = refuse('missing', 'no-such-actor', {
  zh: '没有这个账号，或不在您的辖区。',
  en: 'There is no such actor in your area.',
});
const NOT_ONESELF = refuse('conflict', 'own-account', {
  zh: '不能停用自己的账号，请由另一位管理员操作。',
  en: 'Nobody deactivates their own account; ask another administrator.',
});

/**
 * Lets an actor in or keeps them out; keeping out ends every session at once. Their name stays on
 * what they did. Refuses no-such-actor, own-account.
 */
export async function setActive(
  tx: Tx,
  actor: Actor,
  input: { readonly actorId: number; readonly active: boolean },
  now: number,
): Promise<ActorView | Refusal> {
  if (input.actorId === actor.id) return NOT_ONESELF;
  const changed = await tx.row<ActorView>(
    `update access.actor set active = $2 where id = $1 and starts_with(area_code, $3)
     returning ${ROW}`,
    [input.actorId, input.active, prefixOf(actor.areaCode)],
  );
  if (!changed) return NO_ACTOR;
  if (!input.active) await endSessions(tx, input.actorId, now);
  const action = input.active ? 'actor.activate' : 'actor.deactivate';
  await note(tx, actor, action, changed.id, changed.areaCode, now);
  return changed;
}

const endSessions = (tx: Tx, actorId: number, now: number): Promise<number> =>
  tx.run('update access.session set ended_at = $2 where actor_id = $1 and ended_at is null', [
    actorId,
    new Date(now),
  ]);

const note = (tx: Tx, actor: Actor, action: string, id: number, areaCode: string, at: number) =>
  writeEntry(tx, { at, actor, action, subject: `actor:${id}`, purpose: action, areaCode });
