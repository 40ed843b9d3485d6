create schema retention;

-- A run of the removal: asked for, by the clock or by the data-protection officer, and what it did.
create table retention.run (
  id bigint generated always as identity primary key,
  state text not null check (state in ('asked', 'running', 'done', 'failed')),
  asked_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  by_id bigint not null,
  by_name text not null,
  certificate jsonb
);
-- One run at a time: who asks while one waits or works is answered with that one.
create unique index run_live on retention.run ((true)) where state in ('asked', 'running');

-- One class within a run. hash chains the keys of what was taken, step by step.
create table retention.step (
  run_id bigint not null references retention.run (id),
  code text not null,
  before timestamptz not null,
  state text not null check (state in ('waiting', 'done', 'failed')),
  rows bigint not null default 0,
  hash text not null default '',
  primary key (run_id, code)
);

-- What each class held when it was last counted: counting is dear, looking is not.
create table retention.count (
  code text primary key,
  rows bigint not null,
  oldest_at timestamptz,
  counted_at timestamptz not null
);

-- Whose data must stay although its clock ran out, why, and until when (个人信息保护法 Art 47).
create table retention.hold (
  id bigint generated always as identity primary key,
  person_id bigint not null,
  reason bytea not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  by_id bigint not null,
  by_name text not null,
  ended_at timestamptz,
  check (until_at > from_at)
);
create index hold_person on retention.hold (person_id, until_at) where ended_at is null;

-- How far the re-sealing of a column under a new key has come; one row a column and key.
create table retention.reseal (
  column_name text not null,
  key_id bigint not null,
  after jsonb,
  rows bigint not null default 0,
  changed_at timestamptz not null,
  done_at timestamptz,
  primary key (column_name, key_id)
);

-- Whom a hold names is for the city's data-protection officer only.
select wall.guard('retention.hold', 'wall.is_house()');
