-- What the key of a batch may send, as it was when the batch began: rows name their own kind, and the
-- worker that weighs them holds no key. Empty: whatever the source may.
alter table sources.batch add column kinds text[] not null default '{}';
