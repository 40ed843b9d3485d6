-- The audit trail has a room of its own, below this one: every room writes to it.
insert into trace.entry (id, at, actor_id, action, subject, purpose, area_code, persons)
overriding system value
select id, at, actor_id, action, subject, purpose, area_code,
  case when subject ~ '^person:\d{1,15}$' then array[substr(subject, 8)::bigint] else '{}' end
from access.entry order by id;
select setval(pg_get_serial_sequence('trace.entry', 'id'),
  greatest((select max(id) from trace.entry), 1), exists (select from trace.entry));
drop table access.entry;
drop function access.refuse_change();
