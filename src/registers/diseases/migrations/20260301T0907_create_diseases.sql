create schema diseases;

-- A policy profile: one list of notifiable diseases with its clocks, in force from a day until another.
create table diseases.profile (
  code text primary key,
  words jsonb not null,
  basis jsonb not null,
  valid_from date not null,
  valid_until date check (valid_until > valid_from)
);

create table diseases.disease (
  profile text not null references diseases.profile,
  code text not null,
  position int not null,
  words jsonb not null,
  class text not null check (class in ('A', 'B', 'C')),
  managed_as text check (managed_as = 'A'),
  icd10 jsonb not null,
  report_hours double precision not null check (report_hours > 0),
  urgent jsonb not null,
  event_hours double precision,
  incubation jsonb not null,
  event_threshold text not null,
  source text not null,
  primary key (profile, code)
);

-- Cluster and outbreak thresholds; they tell people, they grade nothing by themselves.
create table diseases.threshold (
  code text not null,
  diseases text[] not null,
  unit text not null,
  min_count int not null check (min_count > 0),
  window_hours int check (window_hours > 0),
  place_scope text not null,
  source text not null,
  found boolean not null,
  valid_from date not null,
  valid_until date check (valid_until > valid_from),
  primary key (code, valid_from)
);
