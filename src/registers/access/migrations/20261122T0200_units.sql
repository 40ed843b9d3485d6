-- The agency an actor answers to ('cdc', 'hq', 'dpo', 'district:429901'): who approves answers to another
-- one than who asked. person_id: the file of an actor who is a resident.
alter table access.actor
  add column unit text not null default '' check (unit ~ '^[a-z0-9:._-]{0,40}$'),
  add column person_id bigint;
create unique index actor_person on access.actor (person_id) where person_id is not null;
