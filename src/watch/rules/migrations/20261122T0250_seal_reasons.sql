-- Why somebody stands on a list, in the words of who put them there: sealed. gist is its blind index, by
-- which a repeated import sees that nothing changed. Clear reasons of before go when a row is next said.
alter table rules.list_member add column said bytea, add column gist bytea;
