-- Author, reviewer and who switches a rule on are three people, in the table too.
alter table rules.rule_version
  add column activator_id bigint,
  add column activator_name text,
  add constraint rule_three_hands
    check (activator_id is null
      or (activator_id <> author_id and activator_id is distinct from reviewer_id));
