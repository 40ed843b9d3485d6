create schema companions;

-- A question who was at the same places as a person, asked under an order. Without the order's key nothing here
-- names anybody: `mark` is a blind index of the person asked about, `sealed` holds question and answer.
create table companions.inquiry (
  id int primary key generated always as identity,
  mandate_id int not null,
  mark bytea not null,
  sealed bytea not null,
  -- Where the person asked about lives: who may come back to it.
  area_code text collate "C" not null,
  asked_by bigint not null,
  at timestamptz not null,
  -- Handed over for the guard below and never kept.
  subject_id bigint check (subject_id is null)
);
create index inquiry_mark on companions.inquiry (mark, id desc);
create index inquiry_mandate on companions.inquiry (mandate_id, id);
select wall.guard('companions.inquiry', 'wall.sees(area_code)');

create trigger a_mandate before insert or update on companions.inquiry
  for each row execute function mandates.require('companions');
create function companions.forget_subject() returns trigger language plpgsql as $$
begin
  if mandates.is_exercise(new.mandate_id) and not people.is_synthetic(new.subject_id) then
    raise exception 'an exercise asks about synthetic people only' using errcode = 'insufficient_privilege';
  end if;
  new.subject_id := null;
  return new;
end $$;
create trigger b_synthetic before insert on companions.inquiry
  for each row execute function companions.forget_subject();
