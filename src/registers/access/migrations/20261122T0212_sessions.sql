-- A password given by somebody else is changed at the first sign-in.
alter table access.actor add column must_change boolean not null default false;

-- id: by which an owner ends a session without knowing its token. must: what has to be done before
-- anything else. device and address are shown to the owner only.
alter table access.session
  add column id bigint generated always as identity,
  add column method text not null default 'password',
  add column must text check (must in ('enrol', 'change')),
  add column proven_at timestamptz,
  add column device text not null default '',
  add column address text not null default '';
create unique index session_id on access.session (id);
