create schema http;

-- One row per answered (actor, Idempotency-Key): a retried write gets the first answer again.
create table http.answers (
  actor_id bigint not null,
  key text not null check (length(key) <= 200),
  request_hash text not null,
  answer jsonb not null,
  at timestamptz not null,
  primary key (actor_id, key)
);
create index answers_at on http.answers (at);
