create schema records;

-- One consumer: where it stands in the log, and the last segment it wrote.
create table records.cursor (
  one boolean primary key default true check (one),
  log_offset bigint not null,
  segment bigint not null
);
insert into records.cursor (log_offset, segment) values (0, 0);

-- First record of each content. The key's first 4 bytes are the hour of the observation, so that
-- inserts of a day touch the same pages; the other 12 are a keyed hash.
create table records.seen (
  key uuid primary key,
  record bigint not null
);

create table records.segment (
  id bigint primary key,
  rows int not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  group_id bigint,
  written_at timestamptz not null,
  is_dropped boolean not null default false,
  loaded_at timestamptz
);
create index segment_unloaded on records.segment (id) where loaded_at is null;
create index segment_kept on records.segment (loaded_at) where not is_dropped;

-- Segments that go to the lake together under one token. Made before the load, so that a load
-- interrupted by a crash is repeated with the same rows and the same token.
create table records.lake_group (
  id bigint generated always as identity primary key,
  token text not null unique,
  first_segment bigint not null,
  last_segment bigint not null,
  rows int not null,
  made_at timestamptz not null,
  loaded_at timestamptz
);
create index lake_group_open on records.lake_group (id) where loaded_at is null;

create table records.batch_count (
  batch_id text primary key,
  source_id int not null,
  admitted bigint not null default 0,
  quarantined bigint not null default 0,
  duplicate bigint not null default 0,
  settled_at timestamptz
);
create index batch_count_open on records.batch_count (batch_id) where settled_at is null;

create table records.source_count (
  source_id int primary key,
  admitted bigint not null default 0,
  quarantined bigint not null default 0,
  duplicate bigint not null default 0
);

create table records.duplicate (
  batch_id text not null,
  row_no bigint not null,
  first_record bigint not null,
  at timestamptz not null,
  primary key (batch_id, row_no)
);
create index duplicate_first on records.duplicate (first_record);

-- A row that was not admitted: sealed as it came, with every error at once.
create table records.quarantine (
  id bigint generated always as identity primary key,
  batch_id text not null,
  source_id int not null,
  row_no bigint not null,
  kind text not null,
  errors jsonb not null,
  codes text[] not null,
  sealed bytea not null,
  state text not null default 'open' check (state in ('open', 'mended', 'dropped')),
  mended_batch text,
  mended_by bigint,
  at timestamptz not null
);
create index quarantine_batch on records.quarantine (batch_id, id);
create index quarantine_state on records.quarantine (state, id);
create index quarantine_source on records.quarantine (source_id, state, id);
create index quarantine_codes on records.quarantine using gin (codes);

-- Batch by batch and step by step: from where to where, how many rows, when, by whom.
create table records.lineage (
  id bigint generated always as identity primary key,
  trace_id text not null,
  step text not null,
  from_ref text not null,
  to_ref text not null,
  rows int not null,
  at timestamptz not null,
  by_whom text not null
);
create index lineage_trace on records.lineage (trace_id, id);
