-- Codes in the order of code points, like in every other room: ranges of it are the scope, and the only
-- form of it that may use an index behind row-level security (LIKE could leak what it compares).
drop index alerts.alert_area, alerts.alert_live_area;
alter table alerts.alert alter column area_code type text collate "C";
create index alert_area on alerts.alert (area_code);
create index alert_live_area on alerts.alert (area_code) include (level, status)
  where status <> 'closed';

-- An alert never leaves its area. What hangs on an alert asks the alert; a bulk move is its author's.
select wall.guard('alerts.alert', 'wall.sees(area_code) or person_id = any (wall.persons())');
select wall.guard('alerts.history',
  'exists (select 1 from alerts.alert a where a.id = history.alert_id)');
select wall.guard('alerts.joined',
  'exists (select 1 from alerts.alert a where a.id = joined.alert_id)');
select wall.guard('alerts.task', 'exists (select 1 from alerts.alert a where a.id = task.alert_id)');
select wall.guard('alerts.bulk', 'actor_id = wall.actor()');
