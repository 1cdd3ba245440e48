DROP TABLE tokens;
DROP FUNCTION app_bearer();
