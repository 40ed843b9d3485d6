create schema decisions;

-- Every decision about a person: what was decided, by which rule or hand, upon which evidence, under
-- which order. A line is never changed; the next move of the same ref follows it.
create table decisions.decision (
  id bigint primary key generated always as identity,
  at timestamptz not null,
  -- Null when an order keeps the person sealed: mark finds the line, sealed names the person while the
  -- order's key lives.
  person bigint,
  mark bytea,
  sealed bytea,
  kind text not null check (kind in ('alert', 'list', 'pass', 'order')),
  move text not null check (move in ('begin', 'change', 'end')),
  ref text not null check (ref ~ '^[a-z]+:[A-Za-z0-9-]{1,63}$'),
  rule_id text,
  rule_version int,
  inputs jsonb not null,
  tree jsonb,
  mandate_id bigint,
  decider_id bigint not null,
  words jsonb not null,
  until_at timestamptz,
  check ((rule_id is null) = (rule_version is null)),
  check (person is not null or (mark is not null and mandate_id is not null))
);
create index decision_person on decisions.decision (person, id desc) where person is not null;
create index decision_ref on decisions.decision (person, ref, id desc) where person is not null;
create index decision_by on decisions.decision (decider_id, at) where decider_id <> 0;
create index decision_mark on decisions.decision (mark, id desc) where mark is not null;
create index decision_order on decisions.decision (mandate_id) where mark is not null;
create index decision_at on decisions.decision (at, id);

-- Append only: nobody mends a reason afterwards. What is past its clock is taken away by the daily
-- removal alone, which says so in its transaction (个人信息保护法 Art 19, 47).
create function decisions.keep() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('decisions.removing', true) = 'past its clock' then
    return old;
  end if;
  raise exception 'decisions are never changed or taken back' using errcode = 'insufficient_privilege';
end $$;
create trigger keep before update or delete on decisions.decision
  for each row execute function decisions.keep();
create trigger keep_all before truncate on decisions.decision
  for each statement execute function decisions.keep();

-- Whoever sees the person sees what was decided about them. A sealed line names nobody to who has no key.
select wall.guard('decisions.decision',
  '(person is null and wall.actor() is not null) or exists (select 1 from people.person p where p.id = decision.person)');
