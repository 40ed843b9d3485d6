create schema alerts;

-- One row per alert. Status moves by the table NEXT in model.ts; nothing else writes it.
create table alerts.alert (
  id bigint generated always as identity primary key,
  level smallint not null check (level between 1 and 4),
  status text not null check (status in ('open', 'acknowledged', 'working', 'closed')),
  -- subject, disease and task: signals of one key join one alert.
  group_key text not null,
  rule_id text not null,
  rule_version int not null,
  title jsonb not null,
  disease text,
  subject text not null check (subject in ('person', 'place', 'area')),
  person_id bigint,
  place_id bigint,
  area_code text not null,
  task text not null,
  signal_count int not null default 1,
  suppressed_count int not null default 0,
  rule_count int not null default 1,
  first_signal_at timestamptz not null,
  last_signal_at timestamptz not null,
  raised_at timestamptz not null,
  -- precision of the lead rule when last ranked: part of the rank.
  rule_precision real,
  rank double precision not null,
  assigned_to bigint,
  assigned_name text,
  outcome text,
  outcome_note text,
  closed_at timestamptz,
  suppressed_until timestamptz,
  group_until timestamptz not null,
  suppress_hours int not null,
  reminders int not null default 0,
  reopened_count int not null default 0,
  tasks_total int not null default 0,
  tasks_open int not null default 0,
  changed_at timestamptz not null,
  check ((status = 'closed') = (closed_at is not null)),
  check (status <> 'closed' or outcome is not null)
);

-- The queue: live alerts by rank; closed ones apart, by the same key.
create index alert_live on alerts.alert (rank desc, id desc) where status <> 'closed';
create index alert_live_area on alerts.alert (area_code text_pattern_ops) where status <> 'closed';
create index alert_status on alerts.alert (status, rank desc, id desc);
create index alert_level on alerts.alert (level, rank desc, id desc) where status <> 'closed';
create index alert_assigned on alerts.alert (assigned_to, rank desc, id desc)
  where assigned_to is not null;
create index alert_person on alerts.alert (person_id, rank desc, id desc)
  where person_id is not null;
create index alert_place on alerts.alert (place_id, rank desc, id desc) where place_id is not null;
create index alert_rule on alerts.alert (rule_id, rank desc, id desc);
create index alert_group on alerts.alert (group_key, id desc);
create index alert_raised on alerts.alert (raised_at);
create index alert_closed on alerts.alert (closed_at) where closed_at is not null;

-- Every signal heard, once: the primary key makes hearing twice harmless.
create table alerts.joined (
  signal_id bigint primary key,
  alert_id bigint not null references alerts.alert (id),
  rule_id text not null,
  rule_version int not null,
  at timestamptz not null,
  suppressed boolean not null
);
create index joined_alert on alerts.joined (alert_id, at desc, signal_id desc);

create table alerts.history (
  id bigint generated always as identity primary key,
  alert_id bigint not null references alerts.alert (id),
  at timestamptz not null,
  what text not null,
  by_id bigint not null,
  by_name text not null,
  note text,
  body jsonb
);
create index history_alert on alerts.history (alert_id, id);

-- What this room knows of tasks, from their facts.
create table alerts.task (
  task_id bigint primary key,
  alert_id bigint not null references alerts.alert (id),
  outcome text
);
create index task_alert on alerts.task (alert_id);

-- A previewed bulk move: the token is kept hashed, the ids are exactly those shown.
create table alerts.bulk (
  id bigint generated always as identity primary key,
  token_hash bytea not null unique,
  actor_id bigint not null,
  action jsonb not null,
  ids bigint[] not null,
  previewed_at timestamptz not null,
  expires_at timestamptz not null,
  executed_at timestamptz,
  undone_at timestamptz,
  -- what each alert was before, for the undo
  before jsonb
);
