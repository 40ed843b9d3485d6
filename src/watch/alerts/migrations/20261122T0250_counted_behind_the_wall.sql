-- What the wall asks of an alert stands in the indexes that figures are counted from.
drop index alerts.alert_live_area, alerts.alert_raised, alerts.alert_closed;
create index alert_live_area on alerts.alert (area_code) include (level, status, person_id)
  where status <> 'closed';
create index alert_raised on alerts.alert (raised_at) include (area_code, person_id);
create index alert_closed on alerts.alert (closed_at) include (area_code, person_id)
  where closed_at is not null;
