-- What retention took away, so that received = admitted + quarantined + duplicate + pending still
-- adds up when the rows themselves are gone.
alter table records.batch_count
  add column quarantined_gone bigint not null default 0,
  add column duplicate_gone bigint not null default 0;
create table records.gone (
  one boolean primary key default true check (one),
  seen bigint not null default 0
);
insert into records.gone default values;
create index quarantine_at on records.quarantine (at);
create index duplicate_at on records.duplicate (at);
create index lineage_at on records.lineage (at);

-- Salt of the dedupe keys, sealed: it outlives the key that first made it.
create table records.salt (
  one boolean primary key default true check (one),
  sealed bytea not null
);
