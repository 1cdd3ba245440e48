DROP POLICY upkeep ON teams;
DROP TABLE team_keys;
