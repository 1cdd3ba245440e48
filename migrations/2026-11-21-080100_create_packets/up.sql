CREATE TABLE packets (
    team_id        uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id             uuid NOT NULL,
    name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    state          text NOT NULL CHECK (state IN ('checking', 'checked', 'failed')),
    upload_key     uuid NOT NULL,
    created_by     uuid REFERENCES users,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    run_id         uuid NOT NULL,
    file_count     integer NOT NULL,
    document_count integer,
    score          smallint CHECK (score BETWEEN 0 AND 100),
    verdict        text CHECK (verdict IN ('blocked', 'review', 'ready')),
    criticals      integer,
    warnings       integer,
    transport      text,
    eta            date,
    route          text,
    PRIMARY KEY (team_id, id),
    UNIQUE (team_id, upload_key)
);
CREATE INDEX packets_newest ON packets (team_id, created_at DESC, id DESC);
COMMENT ON COLUMN packets.upload_key IS 'given out with the form: the same form sent twice makes one packet';
COMMENT ON COLUMN packets.transport IS 'bill of lading or air waybill number of the newest result';
COMMENT ON COLUMN packets.route IS 'buyer and ports of the newest result, as a list shows them';

CREATE TABLE files (
    team_id      uuid NOT NULL DEFAULT app_team(),
    id           uuid NOT NULL,
    packet_id    uuid NOT NULL,
    position     integer NOT NULL,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes   bigint NOT NULL,
    object_key   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id),
    UNIQUE (team_id, packet_id, position),
    FOREIGN KEY (team_id, packet_id) REFERENCES packets (team_id, id)
);

CREATE TABLE runs (
    team_id      uuid NOT NULL DEFAULT app_team(),
    id           uuid NOT NULL,
    packet_id    uuid NOT NULL,
    number       integer NOT NULL,
    state        text NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    requested_by uuid REFERENCES users,
    created_at   timestamptz NOT NULL DEFAULT now(),
    finished_at  timestamptz,
    result       jsonb,
    failure      text,
    PRIMARY KEY (team_id, id),
    UNIQUE (team_id, packet_id, number),
    FOREIGN KEY (team_id, packet_id) REFERENCES packets (team_id, id)
);
COMMENT ON COLUMN runs.result IS 'the packet result, quayside.packet/1';

-- What a page of a file looks like to a reader: its size, where its text came from, the text, the cells of a sheet.
CREATE TABLE pages (
    team_id    uuid NOT NULL DEFAULT app_team(),
    run_id     uuid NOT NULL,
    file_id    uuid NOT NULL,
    number     integer NOT NULL,
    width      real NOT NULL,
    height     real NOT NULL,
    source     text NOT NULL,
    sheet      text,
    text       text NOT NULL,
    grid       jsonb,
    PRIMARY KEY (team_id, run_id, file_id, number),
    FOREIGN KEY (team_id, run_id) REFERENCES runs (team_id, id),
    FOREIGN KEY (team_id, file_id) REFERENCES files (team_id, id)
);

DO $$ DECLARE t text; BEGIN
    FOREACH t IN ARRAY ARRAY['packets', 'files', 'runs', 'pages'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY team ON %I USING (team_id = app_team()) WITH CHECK (team_id = app_team())', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO quayside_app', t);
    END LOOP;
END $$;
