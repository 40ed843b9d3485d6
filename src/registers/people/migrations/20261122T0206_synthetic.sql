-- A synthetic person exists for exercises only, and stays one: nobody real becomes synthetic to be listed, nobody
-- synthetic becomes real. Said by the transaction that makes the file.
alter table people.person add column synthetic boolean not null default false;
alter table people.person alter column synthetic
  set default coalesce(current_setting('fenghuo.synthetic', true), '') = 'on';
create function people.keep_synthetic() returns trigger language plpgsql as $$
begin
  if new.synthetic is distinct from old.synthetic then
    raise exception 'whether a person is synthetic is said once, when the file is made';
  end if;
  return new;
end $$;
create trigger keep_synthetic before update of synthetic on people.person
  for each row execute function people.keep_synthetic();

create function people.is_synthetic(person bigint) returns boolean language sql stable as $$
  select coalesce((select p.synthetic from people.person p where p.id = $1), false)
$$;
