-- Who stands on a list is seen where they live. Members are put there inside the own area only.
select wall.guard('rules.list_member', 'wall.sees(area_code)');
