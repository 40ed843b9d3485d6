create schema misuse;

-- What the house noticed about its own people: figures, never a person's data. An alarm stays although
-- the deed was refused. Repeated refusals of one kind join the open alarm (times).
create table misuse.alarm (
  id bigint primary key generated always as identity,
  at timestamptz not null,
  last_at timestamptz not null,
  times int not null default 1,
  kind text not null,
  deed text not null,
  actor_id bigint not null,
  -- Where the actor works: whose supervisor is told.
  area_code text collate "C" not null,
  incident text,
  figures jsonb not null,
  -- Of what was refused, so that what a judge cleared can be done.
  digest bytea,
  state text not null default 'open' check (state in ('open', 'confirmed', 'cleared')),
  judged_by bigint,
  judged_at timestamptz,
  -- What the judge wrote, sealed.
  note bytea,
  check ((state = 'open') = (judged_at is null)),
  check (judged_by is null or judged_by <> actor_id)
);
create index alarm_page on misuse.alarm (id desc) include (area_code, state);
create index alarm_area on misuse.alarm (area_code, id desc);
create unique index alarm_open on misuse.alarm (actor_id, kind, deed, coalesce(digest, ''))
  where state = 'open';
create index alarm_actor on misuse.alarm (actor_id, id desc) where state <> 'cleared';

-- Bulk changes that went through, for the sum of an hour. key: an Idempotency-Key counts once.
create table misuse.deed (
  id bigint primary key generated always as identity,
  at timestamptz not null,
  actor_id bigint not null,
  deed text not null,
  persons int not null,
  incident text,
  key text
);
create index deed_hour on misuse.deed (actor_id, at);
create unique index deed_key on misuse.deed (actor_id, key) where key is not null;

-- Whom an actor looked at in which hour, once each.
create table misuse.look (
  actor_id bigint not null,
  how text not null check (how in ('read', 'reveal')),
  hour timestamptz not null,
  person bigint not null,
  primary key (actor_id, how, hour, person)
);
create index look_hour on misuse.look (hour);

-- Incidents of this house that a bulk change may name, as their facts told them.
create table misuse.incident (
  ref text primary key,
  area_code text collate "C" not null,
  since timestamptz not null,
  ended_at timestamptz
);

select wall.guard('misuse.alarm', 'wall.sees(area_code)');
select wall.guard('misuse.deed', 'actor_id = wall.actor()');
select wall.guard('misuse.look', 'actor_id = wall.actor()');
-- That an incident exists is told to everybody; it says nothing about a person.
select wall.guard('misuse.incident', 'true', 'wall.sees(area_code)');
