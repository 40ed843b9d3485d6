create schema notify;

-- Messages to people, waiting to be sent. Whom and what are sealed, and wiped once it is sent or given up.
create table notify.message (
  id bigint primary key generated always as identity,
  -- Who asks twice with one key sends once.
  key text not null unique,
  channel text not null check (channel in ('sms', 'mail')),
  template text not null,
  sealed_to bytea,
  sealed_params bytea,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'given_up')),
  tries int not null default 0,
  next_at timestamptz not null,
  made_at timestamptz not null,
  ended_at timestamptz,
  check ((state = 'waiting') = (sealed_to is not null))
);
create index message_waiting on notify.message (next_at) where state = 'waiting';
create index message_ended on notify.message (ended_at) where state <> 'waiting';
