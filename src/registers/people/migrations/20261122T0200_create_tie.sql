-- Why an area sees a person beyond living there: stays, works, or was handed the responsibility. A
-- proposed tie shows the person to both sides, so that nobody vanishes while a hand-over waits. `live`
-- is what scoping asks; it ends with the state, never by the clock of a reader: the worker ends what is
-- past `until`.
create table people.tie (
  id bigint primary key generated always as identity,
  person bigint not null,
  relation text not null check (relation in ('lives', 'stays', 'works', 'responsible')),
  area_code text collate "C" not null check (area_code <> ''),
  -- Who hands over; '' when nobody does. Its own tie of the same relation ends with the acceptance.
  from_area text collate "C" not null default '',
  since timestamptz not null,
  until timestamptz,
  state text not null check (state in ('proposed', 'accepted', 'declined', 'ended')),
  live boolean not null generated always as (state in ('proposed', 'accepted')) stored,
  proposed_by bigint not null,
  proposed_at timestamptz not null,
  decided_by bigint,
  decided_at timestamptz,
  ended_by bigint,
  ended_at timestamptz,
  -- In words, sealed: reasons hold names. Null when none was given.
  reason bytea,
  source text not null check (source in ('hand', 'claims')),
  check (state = 'proposed' or decided_at is not null or ended_at is not null),
  check (until is null or until > since)
);
create unique index tie_live on people.tie (person, relation, area_code) where live;
create index tie_area on people.tie (area_code, person) where live;
create index tie_person on people.tie (person, id);
create index tie_proposed on people.tie (area_code, id) where state = 'proposed';
create index tie_offered on people.tie (from_area, id) where state = 'proposed';
create index tie_until on people.tie (until) where live and until is not null;
