-- Who works on a packet, and what was decided about it.
ALTER TABLE packets ADD COLUMN owner_id uuid REFERENCES users;
ALTER TABLE packets ADD COLUMN decision text CHECK (decision IN ('approved', 'rejected'));
ALTER TABLE packets ADD COLUMN decided_run uuid;
UPDATE packets SET owner_id = created_by;
CREATE INDEX packets_unclaimed ON packets (team_id, created_at, id) WHERE owner_id IS NULL AND decision IS NULL;
CREATE INDEX packets_owner ON packets (team_id, owner_id, created_at DESC, id DESC);
COMMENT ON COLUMN packets.owner_id IS 'who works on it; nobody until it is assigned or claimed';
COMMENT ON COLUMN packets.decided_run IS 'the run that the decision was made on';

CREATE TABLE decisions (
    team_id    uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id         uuid NOT NULL,
    packet_id  uuid NOT NULL,
    run_id     uuid NOT NULL,
    step       text NOT NULL CHECK (step IN ('approve', 'reject', 'reopen')),
    reason     text CHECK (length(reason) BETWEEN 1 AND 500),
    created_by uuid REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id),
    FOREIGN KEY (team_id, packet_id) REFERENCES packets (team_id, id),
    FOREIGN KEY (team_id, run_id) REFERENCES runs (team_id, id)
);
CREATE INDEX decisions_packet ON decisions (team_id, packet_id, created_at);
COMMENT ON COLUMN decisions.created_by IS 'nobody where a new run reopened the packet';

ALTER TABLE decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE decisions FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON decisions USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT ON decisions TO quayside_app;
