-- Counts imports, so that a directory in memory reads everything again only when something changed.
create table places.stamp (version bigint not null);
insert into places.stamp values (1);
