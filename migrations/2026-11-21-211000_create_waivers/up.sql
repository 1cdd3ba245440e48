-- Findings that a person lets pass, for a time or for good. A finding is known by what it speaks of, so that a waiver holds in every run.
CREATE TABLE waivers (
    team_id    uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id         uuid NOT NULL,
    packet_id  uuid NOT NULL,
    finding    text NOT NULL CHECK (finding ~ '^[0-9a-f]{64}$'),
    code       text NOT NULL CHECK (length(code) BETWEEN 1 AND 60),
    reason     text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    until      date,
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz,
    ended_by   uuid REFERENCES users,
    PRIMARY KEY (team_id, id),
    FOREIGN KEY (team_id, packet_id) REFERENCES packets (team_id, id)
);
CREATE UNIQUE INDEX waivers_standing ON waivers (team_id, packet_id, finding) WHERE ended_at IS NULL;
COMMENT ON COLUMN waivers.finding IS 'SHA-256 of the code, the documents and the places that the finding speaks of';
COMMENT ON COLUMN waivers.until IS 'the last day on which it holds (UTC); nothing for good';
COMMENT ON COLUMN waivers.ended_by IS 'who took it back; nothing where its time was over';

ALTER TABLE waivers ENABLE ROW LEVEL SECURITY;
ALTER TABLE waivers FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON waivers USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT, UPDATE ON waivers TO quayside_app;
