-- The same rows with less to plan at every reading: a link is seen from both of its ends already, so whoever
-- sees it may read what was linked.
select wall.guard('people.statement',
  'exists (select 1 from people.person p where p.id = statement.person)
   or exists (select 1 from people.link l where l.person = statement.person)');
