-- Anybody may add an entry and read those of the own sight; only the house links, marks and indexes.
-- Whoever is in the trace reads what is about them (wall.persons(): a resident's own files).
select wall.guard('trace.entry', 'wall.sees(area_code) or persons && wall.persons()', 'true');
select wall.guard('trace.about', 'wall.sees(area_code) or person = any (wall.persons())');
revoke update, delete on trace.entry, trace.link, trace.checkpoint, trace.about
  from fenghuo_server, fenghuo_house;
revoke insert on trace.link, trace.checkpoint, trace.about from fenghuo_server;
revoke insert, delete on trace.state from fenghuo_server, fenghuo_house;
revoke update on trace.state from fenghuo_server;

create trigger append_only before update or delete or truncate on trace.about
  for each statement execute function trace.refuse_change();

-- Even the owner takes no guard away by the way. Only a superuser can make an event trigger (the
-- embedded server's owner is one); elsewhere an owner can disable the triggers, and `verify` finds
-- what was then changed. Not in schema trace: it must outlive `drop schema trace`. A later migration of this room sets trace.migrates first.
create function house.keep_trace() returns event_trigger language plpgsql as $$
declare hit text;
begin
  if current_setting('trace.migrates', true) = 'on' then return; end if;
  if tg_event = 'sql_drop' then
    select object_identity into hit from pg_event_trigger_dropped_objects()
      where object_identity ~ '^trace\.(entry|link|checkpoint)$|( on trace\.(entry|link|checkpoint)$)'
        and object_type in ('table', 'trigger', 'policy') limit 1;
  else
    select object_identity into hit from pg_event_trigger_ddl_commands()
      where object_identity ~ '^trace\.(entry|link|checkpoint|refuse_change)(\W|$)' limit 1;
    if to_regclass('trace.entry') is null or to_regclass('trace.link') is null
      or to_regclass('trace.checkpoint') is null then hit := 'a renamed table'; end if;
  end if;
  if hit is not null then raise exception 'the trace is append only: % stays as it is', hit; end if;
end $$;
do $$ begin
  if (select rolsuper from pg_roles where rolname = current_user) then
    create event trigger trace_stays_altered on ddl_command_end
      when tag in ('ALTER TABLE', 'ALTER SCHEMA', 'CREATE TRIGGER', 'CREATE RULE', 'CREATE FUNCTION')
      execute function house.keep_trace();
    create event trigger trace_stays_dropped on sql_drop
      when tag in ('DROP TABLE', 'DROP TRIGGER', 'DROP SCHEMA', 'DROP POLICY', 'ALTER TABLE')
      execute function house.keep_trace();
  end if;
end $$;
