DROP TABLE invites;
DROP FUNCTION app_invite();
