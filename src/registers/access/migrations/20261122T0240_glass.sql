-- Break-glass: access lent to one actor, to one person's data, for a reason and a time; at once in effect,
-- reviewed afterwards by somebody else (emergency grants ≤ 72 h).
create table access.glass_grant (
  id bigint primary key generated always as identity,
  actor_id bigint not null references access.actor,
  person bigint not null,
  -- The actor's area, whose supervisor reviews, and the person's, whose supervisor may.
  area_code text collate "C" not null,
  person_area text collate "C" not null,
  -- A code of data/codes/purposes.json; the reason in words is sealed.
  purpose text not null,
  reason bytea not null,
  actions text[] not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  ended_at timestamptz,
  ended_by bigint,
  verdict text check (verdict in ('justified', 'unjustified')),
  note bytea,
  reviewer_id bigint,
  reviewed_at timestamptz,
  check (until_at > from_at and until_at <= from_at + interval '72 hours'),
  check (reviewer_id is null or reviewer_id <> actor_id),
  check ((verdict is null) = (reviewed_at is null) and (verdict is null) = (reviewer_id is null))
);
create index glass_actor on access.glass_grant (actor_id, until_at);
create index glass_area on access.glass_grant (area_code, id);
create index glass_person_area on access.glass_grant (person_area, id);
create index glass_open on access.glass_grant (id) where verdict is null;
create index glass_person on access.glass_grant (person);

select wall.guard('access.glass_grant',
  'wall.sees(area_code) or wall.sees(person_area) or actor_id = wall.actor()');
