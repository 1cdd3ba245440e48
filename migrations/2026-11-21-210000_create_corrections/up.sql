-- What people said in place of what was read. Rows are only added: the newest of a place stands, the others are its history.
CREATE TABLE corrections (
    team_id    uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id         uuid NOT NULL,
    packet_id  uuid NOT NULL,
    file_id    uuid NOT NULL,
    page       integer NOT NULL CHECK (page >= 0),
    field      text NOT NULL CHECK (length(field) BETWEEN 1 AND 60),
    line       integer CHECK (line >= 0),
    number     integer NOT NULL CHECK (number > 0),
    is_back    boolean NOT NULL DEFAULT false,
    value      jsonb,
    reason     text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id),
    FOREIGN KEY (team_id, packet_id) REFERENCES packets (team_id, id),
    FOREIGN KEY (team_id, file_id) REFERENCES files (team_id, id)
);
CREATE UNIQUE INDEX corrections_places ON corrections (team_id, packet_id, file_id, page, field, coalesce(line, -1), number);
COMMENT ON COLUMN corrections.page IS 'the first page of the document in its file';
COMMENT ON COLUMN corrections.line IS 'the line of the document, from 0; nothing for its head';
COMMENT ON COLUMN corrections.number IS 'counts the steps of one value; who takes the next one says which was the last they saw';
COMMENT ON COLUMN corrections.value IS 'nothing where the document does not print the field';
COMMENT ON COLUMN corrections.is_back IS 'the correction before was taken back';

ALTER TABLE corrections ENABLE ROW LEVEL SECURITY;
ALTER TABLE corrections FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON corrections USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT ON corrections TO quayside_app;
