-- Found by the worker; read by area, or with a person whom a grant opens.
select wall.guard('signals.signal', 'wall.sees(area_code) or person_id = any (wall.persons())');
-- The matcher's memory holds everybody: the house's alone.
select wall.guard('signals.snapshot', 'false');
