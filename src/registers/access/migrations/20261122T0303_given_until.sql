-- A password given by somebody else opens nothing after this; null: never given, or changed since.
alter table access.actor add column given_until timestamptz;
