create schema agencies;

create table agencies.post (
  id int primary key generated always as identity,
  code text not null unique,
  area_code text collate "C" not null,
  tier text not null,
  kind text not null check (kind in ('dispatch', 'field', 'investigation')),
  name jsonb not null,
  agency jsonb not null,
  capacity int not null check (capacity > 0)
);
create index post_area on agencies.post (area_code, kind, id);

create table agencies.member (
  post_id int not null references agencies.post,
  actor_id bigint not null,
  primary key (post_id, actor_id)
);
create index member_actor on agencies.member (actor_id);

-- Weekly roster in city time: Monday is 1, minutes of the day. A night shift is two rows.
create table agencies.shift (
  post_id int not null,
  actor_id bigint not null,
  weekday smallint not null check (weekday between 1 and 7),
  from_minute smallint not null check (from_minute between 0 and 1439),
  until_minute smallint not null check (until_minute > from_minute and until_minute <= 1440),
  primary key (post_id, actor_id, weekday, from_minute),
  foreign key (post_id, actor_id) references agencies.member on delete cascade
);

create table agencies.override (
  post_id int not null,
  actor_id bigint not null,
  from_at timestamptz not null,
  until_at timestamptz not null check (until_at > from_at),
  present boolean not null,
  note text not null,
  primary key (post_id, actor_id, from_at),
  foreign key (post_id, actor_id) references agencies.member on delete cascade
);
