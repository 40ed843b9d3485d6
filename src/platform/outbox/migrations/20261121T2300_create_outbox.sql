create schema outbox;

-- `xid` stands before `id` on purpose: defaults are computed in column order, so whoever has drawn an
-- id already has its transaction number. The horizon (below) rests on that.
create table outbox.facts (
  xid xid8 not null default pg_current_xact_id(),
  id bigint generated always as identity primary key,
  kind text not null,
  key text not null,
  -- Facts of one stream are heard in order: the noun of the kind and the key, 'alert/17'.
  stream text not null generated always as (split_part(kind, '.', 1) || '/' || key) stored,
  body jsonb not null,
  told_at timestamptz not null default clock_timestamp()
);
create index facts_by_kind on outbox.facts (kind, id);

-- No transaction will ever show a further fact with an id up to `settled`. It becomes `next_id` as soon
-- as every transaction older than `next_xid` has ended.
create table outbox.horizon (
  one boolean primary key default true check (one),
  settled bigint not null,
  next_id bigint not null,
  next_xid xid8 not null
);
insert into outbox.horizon (settled, next_id, next_xid) values (0, 0, '0');

-- Up to `low` a reaction has dealt with every fact; above, `heard` says with which.
create table outbox.cursors (
  reaction text primary key,
  low bigint not null default 0
);
create table outbox.heard (
  reaction text not null,
  fact bigint not null,
  primary key (reaction, fact)
);

-- Facts that do not go the straight way. 'retrying': failed, tried again at next_at. 'parked': failed too
-- often, a person must look. 'waiting': behind a retrying or parked one of its stream.
create table outbox.parked (
  reaction text not null,
  fact bigint not null references outbox.facts (id),
  stream text not null,
  state text not null check (state in ('retrying', 'parked', 'waiting')),
  attempts integer not null default 0,
  next_at timestamptz,
  error text not null default '',
  since timestamptz not null,
  primary key (reaction, fact)
);
create index parked_by_stream on outbox.parked (reaction, stream, fact);
create index parked_by_fact on outbox.parked (fact);
