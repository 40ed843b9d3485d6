create schema if not exists signals;

-- What a rule found, before judgement. `key` makes it once and for all: rule, version, record or silence.
create table signals.signal (
  id bigint generated always as identity primary key,
  key text not null unique,
  rule_id text not null,
  rule_version int not null,
  level smallint not null,
  at timestamptz not null,
  found_at timestamptz not null,
  record_id bigint,
  person_id bigint,
  place_id bigint,
  area_code text collate "C" not null,
  late boolean not null default false,
  evidence jsonb not null
);
create index signal_of_rule on signals.signal (rule_id, id desc);
create index signal_by_hour on signals.signal (rule_id, found_at);
create index signal_in_area on signals.signal (area_code, id);

-- Signals held back because a rule found more than its hourly maximum.
create table signals.throttle (
  rule_id text not null,
  rule_version int not null,
  hour timestamptz not null,
  held bigint not null,
  primary key (rule_id, rule_version, hour)
);
create index throttle_by_hour on signals.throttle (hour desc, rule_id);

-- Segments whose signals are committed; their times tell which ones a window still needs after a restart.
create table signals.considered (
  segment bigint primary key,
  -- the order in which they were considered; a snapshot names the last it holds
  n bigint generated always as identity,
  rows int not null,
  from_at timestamptz not null,
  to_at timestamptz not null
);
create index considered_by_time on signals.considered (to_at);
create unique index considered_in_order on signals.considered (n);

-- The matcher's memory after the first `n` considered segments.
create table signals.snapshot (
  one boolean primary key default true check (one),
  n bigint not null,
  taken_at timestamptz not null,
  state bytea not null
);
