create schema trace;

-- Who did what to what, about whom, why. Ids only, no personal data. `xid` stands before `id` on
-- purpose: whoever has drawn an id already has its transaction number (the linker's horizon).
create table trace.entry (
  xid xid8 not null default pg_current_xact_id(),
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor_id bigint not null,
  -- As they were at that moment: roles change, what was done does not.
  roles text not null default '',
  unit text not null default '',
  action text not null,
  subject text not null,
  purpose text not null,
  area_code text collate "C" not null,
  persons bigint[] not null default '{}',
  mandate_id bigint
);
create index entry_at on trace.entry (at, id);
create index entry_actor on trace.entry (actor_id, at, id);
create index entry_subject on trace.entry (subject, at, id);
create index entry_action on trace.entry (action, at, id);
create index entry_mandate on trace.entry (mandate_id, at, id) where mandate_id is not null;

-- The chain: hash(seq) = H(hash(seq - 1) ‖ entry), in the order of linking. Writers never wait for it.
create table trace.link (
  seq bigint primary key,
  entry_id bigint not null unique,
  algorithm text not null,
  hash bytea not null
);

-- Signed marks on the chain; each is also appended to home/checkpoints.ndjson.
create table trace.checkpoint (
  seq bigint primary key,
  at timestamptz not null,
  algorithm text not null,
  hash bytea not null,
  sign_alg text not null,
  key_id text not null,
  signature bytea not null
);

-- Which entries are about a person; written by the linker, so that a page of fifty people costs its
-- reader one row. Derived: it can be made again from the entries.
create table trace.about (
  person bigint not null,
  at timestamptz not null,
  entry_id bigint not null,
  area_code text collate "C" not null,
  primary key (person, at, entry_id)
);

-- Where the linker stands (see horizon.ts of the outbox) and what the patrol found. Not a part of the
-- evidence: `verify` believes nothing of it.
create table trace.state (
  one boolean primary key default true check (one),
  -- Every entry up to `low` is linked; up to `settled` none can appear any more.
  low bigint not null default 0,
  top bigint not null default 0,
  settled bigint not null default 0,
  next_id bigint not null default 0,
  next_xid xid8 not null default '0',
  verified_seq bigint not null default 0,
  patrol_seq bigint not null default 0,
  verified_at timestamptz,
  faults jsonb not null default '[]'
);
insert into trace.state default values;

create function trace.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the trace is append only';
end $$;
create trigger append_only before update or delete or truncate on trace.entry
  for each statement execute function trace.refuse_change();
create trigger append_only before update or delete or truncate on trace.link
  for each statement execute function trace.refuse_change();
create trigger append_only before update or delete or truncate on trace.checkpoint
  for each statement execute function trace.refuse_change();
