DROP TABLE outbox;
DROP FUNCTION app_mail();
