-- From a source's columns to our fields, in versions: never changed, the newest is in force for what
-- arrives from then on. A batch keeps the one it was received under, so a replay reads it the same.
create table sources.mapping (
  id int generated always as identity primary key,
  source_id int not null references sources.source,
  version int not null check (version > 0),
  mapping jsonb not null,
  author_id bigint not null,
  saved_at timestamptz not null,
  unique (source_id, version)
);
alter table sources.batch add column mapping_id int references sources.mapping;
