create schema places;

-- Categories of monitoring points, dated: a category that ends keeps its places and its history.
create table places.kind (
  code text not null,
  words jsonb not null,
  family text not null,
  family_words jsonb not null,
  source text not null,
  valid_from date not null,
  valid_until date,
  primary key (code, valid_from)
);

create table places.place (
  id int primary key generated always as identity,
  code text collate "C" not null unique,
  kind text not null,
  name_zh text not null,
  name_en text not null,
  area_code text collate "C" not null check (length(area_code) in (12, 14)),
  lat double precision not null,
  lon double precision not null,
  uscc text,
  uscc_holds boolean
);
create index place_kind on places.place (kind, code);
create index place_area on places.place (area_code, code);
