-- Whom an actor listed in the open today: a long list in small parts is a long list. Forgotten after a day.
create table rules.few_listed (
  actor_id bigint not null,
  person bigint not null,
  at timestamptz not null,
  primary key (actor_id, person)
);
select wall.guard('rules.few_listed', 'actor_id = wall.actor()');
