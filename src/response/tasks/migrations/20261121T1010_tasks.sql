create schema tasks;

-- One task climbs down the ladder; the columns after `seq` describe the hop it is on now.
create table tasks.task (
  id bigint generated always as identity primary key,
  alert_id bigint,
  -- how often the alert had been reopened: a reopened alert gets a new task, a repeated fact none.
  round int not null default 0,
  kind text not null,
  level smallint not null check (level between 1 and 4),
  title jsonb not null,
  ladder text not null,
  status text not null check (status in ('waiting', 'working', 'answered', 'closed', 'withdrawn')),
  person_id bigint,
  place_id bigint,
  -- where the subject is; the hop's own area is hop_area
  area_code text not null,
  seq int not null,
  tier text not null,
  hop_area text not null,
  post_id bigint,
  post_words jsonb,
  holder_id bigint,
  holder_name text,
  clock text check (clock in ('accept', 'answer', 'close')),
  due_at timestamptz,
  close_due_at timestamptz not null,
  -- when the sweep must look at it next; null when nothing is left to tell anybody
  watch_at timestamptz,
  attempts int not null default 0,
  breaches int not null default 0,
  escalated_to text,
  escalated_post_id bigint,
  supervised_at timestamptz,
  supervised_by text,
  -- sealed, like everything people write: it may name somebody
  supervised_note bytea,
  supervised_due_at timestamptz,
  result text,
  outcome text,
  dispatched_at timestamptz not null,
  closed_at timestamptz,
  changed_at timestamptz not null,
  unique (alert_id, round),
  check ((status in ('closed', 'withdrawn')) = (closed_at is not null))
);
create index task_due on tasks.task (due_at, id) where closed_at is null;
create index task_status on tasks.task (status, due_at, id);
create index task_closed on tasks.task (status, closed_at desc, id desc)
  where closed_at is not null;
create index task_area on tasks.task (area_code text_pattern_ops);
-- The board and the figures count from the next two indexes alone.
create index task_live_area on tasks.task (area_code text_pattern_ops)
  include (status, due_at, supervised_at) where closed_at is null;
create index task_hop_area on tasks.task (hop_area text_pattern_ops, status) where closed_at is null;
create index task_ended on tasks.task (closed_at) include (area_code, status)
  where closed_at is not null;
create index task_holder on tasks.task (holder_id, due_at, id) where closed_at is null;
create index task_post on tasks.task (post_id, due_at, id)
  where closed_at is null and holder_id is null;
create index task_watch on tasks.task (watch_at) where watch_at is not null;
create index task_person on tasks.task (person_id, due_at, id);
create index task_supervised on tasks.task (due_at, id)
  where supervised_at is not null and closed_at is null;
create index task_holder_done on tasks.task (holder_id, closed_at) where closed_at is not null;

create table tasks.hop (
  task_id bigint not null references tasks.task (id),
  seq int not null,
  tier text not null,
  area_code text not null,
  post_id bigint,
  post_words jsonb,
  arrived_at timestamptz not null,
  accept_due_at timestamptz not null,
  accepted_at timestamptz,
  answer_due_at timestamptz,
  answered_at timestamptz,
  left_at timestamptz,
  left_how text,
  primary key (task_id, seq)
);
create index hop_arrived on tasks.hop (arrived_at)
  include (area_code, answered_at, answer_due_at, accept_due_at, left_how);

-- Append-only: nothing updates or deletes these rows.
create table tasks.history (
  id bigint generated always as identity primary key,
  task_id bigint not null references tasks.task (id),
  at timestamptz not null,
  what text not null,
  by_id bigint not null,
  by_name text not null,
  from_post jsonb,
  to_post jsonb,
  -- the house's own words
  note text,
  -- what a person wrote, sealed
  said bytea,
  -- the task's columns before a move that may be undone
  before jsonb
);
create index history_task on tasks.history (task_id, id);

create table tasks.answer (
  id bigint generated always as identity primary key,
  task_id bigint not null references tasks.task (id),
  at timestamptz not null,
  done_at timestamptz not null,
  by_id bigint not null,
  by_name text not null,
  form_version int not null,
  result text not null,
  -- the form's fields as JSON and the note, sealed: addresses, exposures, names
  fields bytea not null,
  note bytea
);
create index answer_task on tasks.answer (task_id, id);

create table tasks.breach (
  id bigint generated always as identity primary key,
  task_id bigint not null references tasks.task (id),
  seq int not null,
  clock text not null,
  tier text not null,
  post_words jsonb,
  area_code text not null,
  due_at timestamptz not null,
  at timestamptz not null,
  unique (task_id, seq, clock, due_at)
);
create index breach_at on tasks.breach (at desc, id desc);
create index breach_day on tasks.breach (at) include (area_code);

create table tasks.bulk (
  id bigint generated always as identity primary key,
  token_hash bytea not null unique,
  actor_id bigint not null,
  action jsonb not null,
  ids bigint[] not null,
  seen jsonb not null,
  previewed_at timestamptz not null,
  expires_at timestamptz not null,
  executed_at timestamptz
);
