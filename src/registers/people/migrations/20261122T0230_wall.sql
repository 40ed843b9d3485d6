-- Behind the wall. A person is seen where they live, where a live tie says so, or under a grant. What
-- hangs on a person asks the person. Persons are made and moved by the resolver, in the house's name.
--
-- A tie is seen from both of its ends and by whoever sees the person living there; asking people.person
-- by its own policy would go in a circle, so this one question is asked in the owner's name. It answers
-- yes or no.
create function people.lives_in_sight(person bigint) returns boolean
language sql stable security definer set search_path = pg_catalog
  return wall.sees((select p.area_code from people.person p where p.id = lives_in_sight.person));
select wall.guard('people.tie', 'wall.sees(area_code) or wall.sees(from_area)
  or person = any (wall.persons()) or people.lives_in_sight(person)');
select wall.guard('people.person', 'wall.sees(area_code) or id = any (wall.persons())
  or exists (select 1 from people.tie t where t.person = person.id and t.live and wall.sees(t.area_code))');
select wall.guard('people.link',
  'exists (select 1 from people.person p where p.id in (link.person, link.into_person))');
-- A provisional file that was linked in is read with the file it belongs to, wherever its own row lives.
select wall.guard('people.statement',
  'exists (select 1 from people.person p where p.id = statement.person)
   or exists (select 1 from people.link l join people.person p on p.id = l.into_person
     where l.person = statement.person)');
select wall.guard('people.handle',
  'exists (select 1 from people.person p where p.id = handle.person)');
select wall.guard('people.search',
  'exists (select 1 from people.person p where p.id = search.person)');
