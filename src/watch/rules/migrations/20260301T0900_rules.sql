create schema if not exists rules;

-- Every version of every rule document; a version is never changed after review.
create table rules.rule_version (
  rule_id text not null,
  version int not null,
  state text not null check (state in ('draft', 'reviewed', 'active', 'retired')),
  doc jsonb not null,
  note text not null default '',
  author_id bigint not null,
  author_name text not null,
  reviewer_id bigint,
  reviewer_name text,
  review_note text,
  retire_reason text,
  created_at timestamptz not null,
  reviewed_at timestamptz,
  active_from timestamptz,
  retired_at timestamptz,
  primary key (rule_id, version),
  check (reviewer_id is null or reviewer_id <> author_id)
);
create unique index rule_version_one_active on rules.rule_version (rule_id) where state = 'active';

-- Counts that grow with the work: never recomputed from a million alerts.
create table rules.rule_stat (
  rule_id text primary key,
  signals bigint not null default 0,
  throttled bigint not null default 0,
  alerts bigint not null default 0
);
create table rules.rule_outcome (
  rule_id text not null,
  outcome text not null,
  n bigint not null default 0,
  primary key (rule_id, outcome)
);
-- One row per alert that was counted, so that a fact heard twice counts once.
create table rules.judged_alert (
  alert_id bigint primary key,
  rule_id text not null,
  rule_version int not null,
  outcome text
);

-- Moves with every change the matcher must follow.
create table rules.revision (one boolean primary key default true check (one), n bigint not null);
insert into rules.revision (n) values (1);
