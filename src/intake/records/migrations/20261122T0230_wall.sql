-- A quarantined row is sealed as it came: whose it is and where they live nobody knows yet. Only city-wide
-- work (the data steward's) and the house read it.
select wall.guard('records.quarantine', 'false');
