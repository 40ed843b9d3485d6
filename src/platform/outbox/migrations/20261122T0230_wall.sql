-- Facts name persons and areas: everybody tells, the house alone hears.
select wall.guard('outbox.facts', 'false', 'true');
