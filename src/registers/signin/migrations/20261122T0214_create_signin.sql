create schema signin;

-- A code app (RFC 6238). Unconfirmed ones sign nobody in. last_step: each code counts once.
create table signin.totp (
  actor_id bigint primary key,
  sealed_secret bytea not null,
  made_at timestamptz not null,
  confirmed_at timestamptz,
  last_step bigint not null default 0
);

-- Recovery codes: 80 bits of chance each, so a plain hash is enough; each counts once.
create table signin.recovery (
  actor_id bigint not null,
  hash bytea not null,
  used_at timestamptz,
  primary key (actor_id, hash)
);

-- WebAuthn credentials. rp_id: the host name they were made for.
create table signin.passkey (
  id bigint primary key generated always as identity,
  actor_id bigint not null,
  credential_id text not null unique,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  rp_id text not null,
  name text not null,
  added_at timestamptz not null,
  used_at timestamptz
);
create index passkey_actor on signin.passkey (actor_id, id);

-- What an authenticator is to sign: short-lived, for one purpose, once.
create table signin.challenge (
  hash bytea primary key,
  purpose text not null check (purpose in ('add', 'enter', 'factor', 'prove')),
  actor_id bigint,
  ends_at timestamptz not null
);
create index challenge_ends on signin.challenge (ends_at);

-- The password was right and the second factor is awaited.
create table signin.pending (
  hash bytea primary key,
  actor_id bigint not null,
  must_change boolean not null,
  tries int not null default 0,
  ends_at timestamptz not null
);
create index pending_ends on signin.pending (ends_at);

-- Browsers that signed an actor in before: strangers' guesses do not slow the owner there.
create table signin.known (
  hash bytea not null,
  actor_id bigint not null,
  seen_at timestamptz not null,
  primary key (hash, actor_id)
);
create index known_seen on signin.known (seen_at);

-- Who the city's own sign-on says an actor is.
create table signin.subject (
  issuer text not null,
  subject text not null,
  actor_id bigint not null,
  linked_at timestamptz not null,
  primary key (issuer, subject)
);
create index subject_actor on signin.subject (actor_id);

-- One way to the city's sign-on and back: verifier and nonce, sealed.
create table signin.handshake (
  hash bytea primary key,
  sealed bytea not null,
  ends_at timestamptz not null
);
create index handshake_ends on signin.handshake (ends_at);

-- Codes sent to residents. mark: blind index of the phone; hash: keyed, for six digits are few.
create table signin.code (
  mark bytea primary key,
  actor_id bigint not null,
  hash bytea not null,
  tries int not null default 0,
  ends_at timestamptz not null
);
create index code_ends on signin.code (ends_at);

-- The code that makes the first administrator.
create table signin.invitation (
  hash bytea primary key,
  made_at timestamptz not null,
  ends_at timestamptz not null,
  used_at timestamptz
);

-- Keys of devices: only the hash is kept.
create table signin.device_key (
  id bigint primary key generated always as identity,
  actor_id bigint not null,
  hash bytea not null unique,
  prefix text not null,
  actions text[] not null,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  revoked_at timestamptz
);
create index device_key_actor on signin.device_key (actor_id, id);
