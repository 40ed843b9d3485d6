-- Members that came in under an order for bulk lists. Nothing here names anybody without the order's key: `mark`
-- is a blind index under that key, `sealed` holds the person, the reason and the source. Destroying the key
-- destroys every copy (突发公共卫生事件应对法 Art 8).
create table rules.sealed_member (
  list_id text not null references rules.list (id),
  mandate_id int not null,
  mark bytea not null,
  -- What is said of the member, as a blind index: a repeated import changes nothing.
  gist bytea not null,
  sealed bytea not null,
  area_code text collate "C" not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  removed boolean not null default false,
  rev bigint not null default nextval('rules.member_rev'),
  -- Handed over with a new row for the guard below and never kept.
  subject_id bigint check (subject_id is null),
  primary key (mandate_id, mark),
  check (until_at > from_at)
);
create index sealed_member_page on rules.sealed_member (list_id, area_code, mark) where not removed;
create index sealed_member_rev on rules.sealed_member (list_id, rev);
select wall.guard('rules.sealed_member', 'wall.sees(area_code)');

create trigger a_mandate before insert or update of sealed on rules.sealed_member
  for each row execute function mandates.require('bulk_lists');

-- Under an exercise only synthetic people may be listed. The person is looked at here and forgotten: the column
-- is empty in every row that is kept.
create function rules.forget_subject() returns trigger language plpgsql as $$
begin
  if mandates.is_exercise(new.mandate_id) and not people.is_synthetic(new.subject_id) then
    raise exception 'an exercise lists synthetic people only' using errcode = 'insufficient_privilege';
  end if;
  new.subject_id := null;
  return new;
end $$;
create trigger b_synthetic before insert on rules.sealed_member
  for each row execute function rules.forget_subject();

-- Without an order at most this many persons at once: also for SQL by hand.
create function rules.few_members() returns trigger language plpgsql as $$
begin
  if (select count(*) from added a join rules.list l on l.id = a.list_id and l.subject = 'person') > 20 then
    raise exception 'more than 20 persons at once are listed under an order only'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
create trigger few after insert on rules.list_member referencing new table as added
  for each statement execute function rules.few_members();
