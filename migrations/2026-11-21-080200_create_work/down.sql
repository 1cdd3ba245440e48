DROP TABLE work_steps, work;
DROP FUNCTION app_claims();
