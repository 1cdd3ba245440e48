-- What was done with many packets at once, and what each was before, so that it can be taken back.
CREATE TABLE batches (
    team_id    uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id         uuid NOT NULL,
    task       text NOT NULL CHECK (task IN ('assign', 'check', 'approve', 'delete')),
    owner_id   uuid REFERENCES users,
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    undone_at  timestamptz,
    PRIMARY KEY (team_id, id)
);
COMMENT ON COLUMN batches.owner_id IS 'whom the packets were given to; nobody, or another task';

CREATE TABLE batch_packets (
    team_id      uuid NOT NULL DEFAULT app_team(),
    batch_id     uuid NOT NULL,
    packet_id    uuid NOT NULL,
    owner_before uuid REFERENCES users,
    refused      text,
    PRIMARY KEY (team_id, batch_id, packet_id),
    FOREIGN KEY (team_id, batch_id) REFERENCES batches (team_id, id),
    FOREIGN KEY (team_id, packet_id) REFERENCES packets (team_id, id)
);
COMMENT ON COLUMN batch_packets.refused IS 'why it was left as it was; nothing where the task was done, or was taken back';

ALTER TABLE batches ENABLE ROW LEVEL SECURITY;
ALTER TABLE batches FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON batches USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT, UPDATE ON batches TO quayside_app;

ALTER TABLE batch_packets ENABLE ROW LEVEL SECURITY;
ALTER TABLE batch_packets FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON batch_packets USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT, UPDATE ON batch_packets TO quayside_app;
