-- Counts imports, so that a directory in memory reads everything again only when something changed.
create table areas.stamp (version bigint not null);
insert into areas.stamp values (1);
