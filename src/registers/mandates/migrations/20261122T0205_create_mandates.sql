create schema mandates;

-- An order under which exceptional functions may run. Renewals are new orders: none is longer than 90 days.
-- Two people of two different units, also for whoever writes SQL by hand (突发公共卫生事件应对法 Art 8;
-- 个人信息保护法 Arts 6, 19).
create table mandates.mandate (
  id int primary key generated always as identity,
  functions text[] not null check (cardinality(functions) between 1 and 8),
  authority text not null check (authority <> ''),
  document_no text not null unique check (document_no <> ''),
  articles text[] not null,
  areas text[] not null check (cardinality(areas) >= 1),
  disease text,
  population text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  review_at timestamptz not null,
  reason text not null check (reason <> ''),
  -- Days after the end per class of data: {"tracks": 30}.
  retention jsonb not null,
  stage text not null default 'proposed'
    check (stage in ('proposed', 'approved', 'declined', 'ended', 'destroyed')),
  proposed_by bigint not null,
  proposed_name text not null,
  proposed_unit text not null check (proposed_unit <> ''),
  proposed_at timestamptz not null,
  decided_by bigint,
  decided_name text,
  decided_unit text check (decided_unit <> ''),
  decided_at timestamptz,
  decision_note text,
  revoked_at timestamptz,
  revoked_by bigint,
  revoked_name text,
  revoke_reason text,
  -- The schedule told that it began, that it ended.
  started_told boolean not null default false,
  key_fingerprint text,
  destroyed_at timestamptz,
  check (ends_at > starts_at and ends_at <= starts_at + interval '90 days'),
  check (review_at > starts_at and review_at <= ends_at),
  check (stage = 'proposed' or (decided_by is not null and decided_at is not null)),
  check (decided_by <> proposed_by),
  check (decided_unit <> proposed_unit)
);
create index mandate_open on mandates.mandate (ends_at) where stage in ('approved', 'ended');
create index mandate_newest on mandates.mandate (proposed_at desc, id desc);

-- How far the destruction of one table came: rows gone, and the running hash over their marks in order.
create table mandates.destruction (
  mandate_id int not null references mandates.mandate,
  store text not null,
  data_class text not null,
  rows bigint not null default 0,
  chain text not null,
  finished_at timestamptz,
  primary key (mandate_id, store)
);

create table mandates.certificate (
  mandate_id int primary key references mandates.mandate,
  body jsonb not null,
  hash text not null,
  made_at timestamptz not null
);
create table mandates.witness (
  id int primary key generated always as identity,
  mandate_id int not null references mandates.certificate,
  body jsonb not null,
  actor_id bigint not null,
  at timestamptz not null,
  unique (mandate_id, actor_id)
);

-- Where time is simulated (tests, exercises of the house itself) the owner of the tables puts a row here;
-- then a transaction may say its own now. The server's and the worker's logins can only look.
create table mandates.simulation (why text primary key);
revoke insert, update, delete on mandates.simulation from fenghuo_server, fenghuo_house;

-- Now, as the guard sees it.
create function mandates.clock() returns timestamptz language sql stable as $$
  select case when nullif(current_setting('fenghuo.now', true), '') is not null
      and exists (select 1 from mandates.simulation)
    then current_setting('fenghuo.now', true)::timestamptz else clock_timestamp() end
$$;

create function mandates.is_live(mandate_id int, fn text) returns boolean language sql stable as $$
  select exists (select 1 from mandates.mandate m where m.id = $1 and m.stage = 'approved'
    and $2 = any(m.functions) and m.starts_at <= mandates.clock() and m.ends_at > mandates.clock()
    and m.revoked_at is null)
$$;

create function mandates.is_exercise(mandate_id int) returns boolean language sql stable as $$
  select exists (select 1 from mandates.mandate m where m.id = $1 and 'exercise' = any(m.functions))
$$;

-- `create trigger … execute function mandates.require('bulk_lists')`: a row of exceptional data names a
-- mandate that is live at this moment for this function, or does not come in.
create function mandates.require() returns trigger language plpgsql as $$
begin
  if new.mandate_id is null or not mandates.is_live(new.mandate_id, tg_argv[0]) then
    raise exception 'no live mandate for %: %.% takes no row', tg_argv[0], tg_table_schema, tg_table_name
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

-- What was decided stays as it was decided: a longer, wider order is another order.
create function mandates.keep() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then raise exception 'orders are kept'; end if;
  if tg_op = 'INSERT' then
    if new.stage <> 'proposed' or new.decided_by is not null then
      raise exception 'an order begins as a proposal';
    end if;
    return new;
  end if;
  if (new.functions, new.authority, new.document_no, new.articles, new.areas, new.disease, new.population,
      new.starts_at, new.ends_at, new.review_at, new.reason, new.retention,
      new.proposed_by, new.proposed_unit, new.proposed_at)
    is distinct from
     (old.functions, old.authority, old.document_no, old.articles, old.areas, old.disease, old.population,
      old.starts_at, old.ends_at, old.review_at, old.reason, old.retention,
      old.proposed_by, old.proposed_unit, old.proposed_at)
  then raise exception 'an order is not changed: propose another'; end if;
  if old.stage <> 'proposed' and (new.decided_by, new.decided_unit, new.decided_at)
    is distinct from (old.decided_by, old.decided_unit, old.decided_at)
  then raise exception 'a decision is not changed'; end if;
  if old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at
  then raise exception 'what was revoked stays revoked'; end if;
  if new.stage <> old.stage and (old.stage, new.stage) not in
    (('proposed', 'approved'), ('proposed', 'declined'), ('approved', 'ended'), ('ended', 'destroyed'))
  then raise exception 'an order does not go from % to %', old.stage, new.stage; end if;
  return new;
end $$;
create trigger keep before insert or update or delete on mandates.mandate
  for each row execute function mandates.keep();

create function mandates.only_more() returns trigger language plpgsql as $$
begin raise exception 'certificates and witnesses are kept as they were signed'; end $$;
create trigger keep before update or delete on mandates.certificate
  for each row execute function mandates.only_more();
create trigger keep before update or delete on mandates.witness
  for each row execute function mandates.only_more();
