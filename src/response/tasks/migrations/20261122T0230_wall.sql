-- Codes in the order of code points, see the alerts' migration of this name.
drop index tasks.task_area, tasks.task_live_area, tasks.task_hop_area;
alter table tasks.task
  alter column area_code type text collate "C",
  alter column hop_area type text collate "C";
alter table tasks.hop alter column area_code type text collate "C";
alter table tasks.breach alter column area_code type text collate "C";
create index task_area on tasks.task (area_code);
create index task_live_area on tasks.task (area_code) include (status, due_at, supervised_at)
  where closed_at is null;
create index task_hop_area on tasks.task (hop_area, status) where closed_at is null;

-- A task is seen where its subject is, where it waits, and by whoever holds it. One that is passed out of
-- its mover's sight (transfer, undo) is moved in the house's name, see moves/hops.ts. Hops and breaches
-- have an area of their own, which counts; the rest asks the task.
select wall.guard('tasks.task', 'wall.sees(area_code) or wall.sees(hop_area)
  or holder_id = wall.actor() or person_id = any (wall.persons())');
select wall.guard('tasks.hop', 'wall.sees(area_code)
  or exists (select 1 from tasks.task t where t.id = hop.task_id)');
select wall.guard('tasks.breach', 'wall.sees(area_code)
  or exists (select 1 from tasks.task t where t.id = breach.task_id)');
select wall.guard('tasks.history', 'exists (select 1 from tasks.task t where t.id = history.task_id)');
select wall.guard('tasks.answer', 'exists (select 1 from tasks.task t where t.id = answer.task_id)');
select wall.guard('tasks.bulk', 'actor_id = wall.actor()');
