-- What a key is good for: kinds and formats, all of its source's when empty. used_at moves at most
-- once a minute.
alter table sources.key
  add column kinds text[] not null default '{}',
  add column formats text[] not null default '{}',
  add column used_at timestamptz;
