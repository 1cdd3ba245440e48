ALTER TABLE corrections DROP COLUMN seen;
DELETE FROM readings WHERE arrangement <> '';
ALTER TABLE readings DROP CONSTRAINT readings_pkey;
ALTER TABLE readings DROP COLUMN arrangement;
ALTER TABLE readings ADD PRIMARY KEY (team_id, sha256);
ALTER TABLE pages DROP COLUMN turn;
DROP TABLE arrangements;
