-- What the wall asks of a row stands in the indexes that figures are counted from: without it every row
-- counted would be fetched (a district's board took five times as long).
drop index tasks.task_live_area, tasks.task_ended, tasks.hop_arrived, tasks.breach_day;
create index task_live_area on tasks.task (area_code)
  include (status, due_at, supervised_at, hop_area, holder_id, person_id) where closed_at is null;
create index task_ended on tasks.task (closed_at)
  include (area_code, status, hop_area, holder_id, person_id) where closed_at is not null;
create index hop_arrived on tasks.hop (arrived_at)
  include (area_code, answered_at, answer_due_at, accept_due_at, left_how, task_id);
create index breach_day on tasks.breach (at) include (area_code, task_id);
