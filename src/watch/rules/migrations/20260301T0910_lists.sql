create sequence rules.member_rev;

create table rules.list (
  id text primary key,
  words jsonb not null,
  subject text not null check (subject in ('person', 'place')),
  legal_basis jsonb not null,
  purpose jsonb not null,
  default_hours double precision not null check (default_hours > 0),
  members bigint not null default 0,
  changed_at timestamptz not null
);

-- `rev` grows with every write, so that the matcher loads only what changed; a removed member stays as a mark.
create table rules.list_member (
  list_id text not null references rules.list (id),
  subject_id bigint not null,
  area_code text collate "C" not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  source text not null,
  reason text not null default '',
  removed boolean not null default false,
  rev bigint not null default nextval('rules.member_rev'),
  primary key (list_id, subject_id),
  check (until_at > from_at)
);
create index list_member_page on rules.list_member (list_id, area_code, subject_id) where not removed;
create index list_member_rev on rules.list_member (list_id, rev);

create table rules.code_set (id text primary key, words jsonb not null);
create table rules.code (
  set_id text not null references rules.code_set (id),
  code text not null,
  words jsonb not null,
  from_at timestamptz not null,
  until_at timestamptz,
  primary key (set_id, code)
);
