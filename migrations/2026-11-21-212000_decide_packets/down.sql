DROP TABLE decisions;
ALTER TABLE packets DROP COLUMN decided_run;
ALTER TABLE packets DROP COLUMN decision;
ALTER TABLE packets DROP COLUMN owner_id;
