-- How people say that the pages of a file lie together as documents. Rows are only added: the newest of a file stands.
CREATE TABLE arrangements (
    team_id     uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    packet_id   uuid NOT NULL,
    file_id     uuid NOT NULL,
    number      integer NOT NULL CHECK (number > 0),
    arrangement jsonb,
    read        jsonb NOT NULL,
    step        text NOT NULL CHECK (length(step) BETWEEN 1 AND 200),
    created_by  uuid NOT NULL REFERENCES users,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, file_id, number),
    FOREIGN KEY (team_id, packet_id) REFERENCES packets (team_id, id),
    FOREIGN KEY (team_id, file_id) REFERENCES files (team_id, id)
);
CREATE INDEX arrangements_packet ON arrangements (team_id, packet_id);
COMMENT ON COLUMN arrangements.number IS 'counts the steps of one file; who takes the next one says which was the last they saw';
COMMENT ON COLUMN arrangements.arrangement IS 'the documents in order, each with its kind where a person said it, and its pages; nothing where the file is as it was read';
COMMENT ON COLUMN arrangements.read IS 'the documents as the reader saw them before anybody arranged the file';
COMMENT ON COLUMN arrangements.step IS 'what was done, in words';

ALTER TABLE arrangements ENABLE ROW LEVEL SECURITY;
ALTER TABLE arrangements FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON arrangements USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT ON arrangements TO quayside_app;

ALTER TABLE pages ADD COLUMN turn smallint NOT NULL DEFAULT 0 CHECK (turn IN (0, 90, 180, 270));
COMMENT ON COLUMN pages.turn IS 'degrees clockwise by which the page was turned before it was read';

-- The same file arranged otherwise is another reading.
ALTER TABLE readings ADD COLUMN arrangement text NOT NULL DEFAULT '' CHECK (arrangement ~ '^([0-9a-f]{64})?$');
ALTER TABLE readings DROP CONSTRAINT readings_pkey;
ALTER TABLE readings ADD PRIMARY KEY (team_id, sha256, arrangement);

-- What a correction was made on: it finds its place again where that still says the same.
ALTER TABLE corrections ADD COLUMN seen jsonb;
COMMENT ON COLUMN corrections.seen IS 'the value that was read, the pages of its document, and the number of the arrangement; nothing for those made before it was kept';
