create schema exports;

-- What was asked to leave the house, by whom, for what, who let it go, how often it was fetched.
-- The file itself is never kept: it is written anew, from what the asker may see, at each fetch.
create table exports.ask (
  id bigint primary key generated always as identity,
  subject text not null check (subject in ('people', 'alerts', 'tasks')),
  filter jsonb not null,
  purpose text not null check (length(purpose) between 4 and 200),
  area_prefix text collate "C" not null,
  state text not null check (state in ('asked', 'approved', 'declined', 'withdrawn')),
  rows integer not null check (rows >= 0),
  asked_by bigint not null,
  asked_at timestamptz not null,
  -- Null with state approved: so few rows that nobody had to decide.
  decided_by bigint,
  decided_at timestamptz,
  decided_note text,
  expires_at timestamptz,
  downloads integer not null default 0,
  -- Two people: who asks does not approve (个人信息保护法 Art 51, separation of duties).
  check (decided_by is distinct from asked_by or state = 'withdrawn')
);
create index ask_own on exports.ask (asked_by, id desc);
create index ask_open on exports.ask (id desc) where state = 'asked';
