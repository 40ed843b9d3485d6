-- When somebody else last had this account in hand: gave its password, or took its factors away. For a day
-- after that it does nothing that is a second person's.
alter table access.actor add column handed_at timestamptz;
