create schema access;

create table access.actor (
  id bigint primary key generated always as identity,
  login text not null unique,
  name text not null,
  roles text[] not null,
  area_code text collate "C" not null,
  -- argon2id; null: cannot sign in until a password is set.
  password_hash text,
  active boolean not null default true,
  made_at timestamptz not null
);
create index actor_name on access.actor (name);

-- Only the hash of a token is kept: a copy of this table opens no session.
create table access.session (
  token_hash bytea primary key,
  actor_id bigint not null references access.actor,
  begun_at timestamptz not null,
  seen_at timestamptz not null,
  ends_at timestamptz not null,
  ended_at timestamptz
);
create index session_actor on access.session (actor_id, begun_at);
create index session_ends on access.session (ends_at);

-- Token buckets of wrong passwords: per login and address, and per address.
create table access.attempt (
  key text primary key,
  tokens double precision not null,
  at timestamptz not null
);
create index attempt_at on access.attempt (at);

-- The audit trail: append only, no personal data, only ids.
create table access.entry (
  id bigint primary key generated always as identity,
  at timestamptz not null,
  actor_id bigint not null,
  action text not null,
  subject text not null,
  purpose text not null,
  area_code text collate "C" not null
);
create index entry_actor on access.entry (actor_id, id);
create index entry_subject on access.entry (subject, id);
create index entry_area on access.entry (area_code, id);

create function access.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit entries are append only';
end $$;
create trigger entry_append_only before update or delete or truncate on access.entry
  for each statement execute function access.refuse_change();
