-- What a scan was read as, by the content of its file: a packet that is checked again, or the same scan in another packet of the team, is
-- not read a second time. Only what took long is kept, and no longer than it is of use.
CREATE TABLE readings (
    team_id uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    sha256  text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    reader  text NOT NULL,
    reading jsonb NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, sha256)
);
CREATE INDEX readings_age ON readings (team_id, made_at);
COMMENT ON COLUMN readings.reader IS 'the version that read it: another one reads the file anew';

ALTER TABLE readings ENABLE ROW LEVEL SECURITY;
ALTER TABLE readings FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON readings USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT, UPDATE, DELETE ON readings TO quayside_app;
