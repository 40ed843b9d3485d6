-- Answers show what the actor was shown; requests hold what was asked for. Both under one seal.
alter table http.answers
  add column sealed bytea,
  alter column answer drop not null,
  alter column request_hash drop not null,
  add check (num_nonnulls(sealed, answer) = 1);
