-- The second wall (docs/decisions/0005): whatever a query forgets to ask, the database asks.
-- A server's transaction says whom it works for; row-level security shows it that much and no more.
-- Roles are made beforehand, see roles.ts: fenghuo_server sees by sight; fenghuo_house sees everything,
-- the worker belongs to it and the server takes its place where it acts in the house's name.
create schema wall;

-- What later migrations make is granted as they make it; what stands already, here. Nobody but the
-- owner may truncate, alter, or take a policy away.
alter default privileges grant usage on schemas to fenghuo_server, fenghuo_house;
alter default privileges grant select, insert, update, delete on tables
  to fenghuo_server, fenghuo_house;
alter default privileges grant usage, select on sequences to fenghuo_server, fenghuo_house;
do $$
declare room text;
begin
  for room in select nspname from pg_namespace
    where nspname !~ '^(pg_|information_schema$|public$|house$)'
  loop
    execute format('grant usage on schema %I to fenghuo_server, fenghuo_house', room);
    execute format('grant select, insert, update, delete on all tables in schema %I
      to fenghuo_server, fenghuo_house', room);
    execute format('grant usage, select on all sequences in schema %I
      to fenghuo_server, fenghuo_house', room);
  end loop;
end $$;

-- Whether an area lies in the sight. Without one the settings are null or empty: nothing is seen.
create function wall.sees(code text) returns boolean language sql stable parallel safe
  return code collate "C" >= current_setting('fenghuo.from', true)
    and code collate "C" < current_setting('fenghuo.until', true);

-- Persons whom a live grant opens besides (break-glass), or a resident's own files.
create function wall.persons() returns bigint[] language sql stable parallel safe
  return nullif(current_setting('fenghuo.persons', true), '')::bigint[];

-- Who asks; null when nobody does.
create function wall.actor() returns bigint language sql stable parallel safe
  return nullif(current_setting('fenghuo.actor', true), '')::bigint;

-- Whether the whole city lies open.
create function wall.is_house() returns boolean language sql stable parallel safe
  return current_setting('fenghuo.from', true) = '' and current_setting('fenghuo.until', true) > '';

-- Puts a table behind the wall. `sight`: which rows somebody with a sight may read, change and remove;
-- `written`: which rows they may leave behind, the same ones unless said. Every migration that makes a
-- table about people calls it: select wall.guard('room.table', 'wall.sees(area_code)');
create function wall.guard(target regclass, sight text, written text default null) returns void
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('drop policy if exists sight on %s', target);
  execute format('drop policy if exists house on %s', target);
  execute format('create policy sight on %s to fenghuo_server using (%s) with check (%s)',
    target, sight, coalesce(written, sight));
  execute format('create policy house on %s to fenghuo_house using (true) with check (true)', target);
end $$;
revoke execute on function wall.guard from public;
