DROP TABLE sessions, memberships, users, teams;
DROP FUNCTION app_user(), app_team();
