create schema areas;

-- Administrative areas; the code says the tier (base/areas.ts). Kept in "C" order so that a prefix is a range.
create table areas.area (
  code text collate "C" primary key check (length(code) in (12, 14)),
  tier text not null check (tier in ('city', 'district', 'street', 'community', 'grid')),
  parent text collate "C" references areas.area deferrable initially deferred,
  name_zh text not null,
  name_en text not null,
  lat double precision not null,
  lon double precision not null,
  population bigint not null default 0 check (population >= 0),
  boundary jsonb
);
create index area_parent on areas.area (parent, code);
create index area_tier on areas.area (tier, code);
