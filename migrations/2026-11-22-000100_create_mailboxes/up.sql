-- Packets by e-mail: the word of a team's address, and what came to it. A message makes one packet, however often it is delivered.
CREATE TABLE mailboxes (
    team_id    uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    word       text NOT NULL CHECK (word ~ '^[0-9a-f]{32}$'),
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id)
);
COMMENT ON COLUMN mailboxes.word IS 'what stands before the @: whoever knows it can send packets';

ALTER TABLE mailboxes ENABLE ROW LEVEL SECURITY;
ALTER TABLE mailboxes FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON mailboxes USING (team_id = app_team()) WITH CHECK (team_id = app_team());
CREATE POLICY upkeep ON mailboxes FOR SELECT USING (current_setting('app.upkeep', true) = 'on');
GRANT SELECT, INSERT, UPDATE, DELETE ON mailboxes TO quayside_app;

CREATE TABLE arrived_mails (
    team_id    uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    key        text NOT NULL CHECK (key ~ '^[0-9a-f]{64}$'),
    packet_id  uuid,
    name       text NOT NULL,
    sender     text,
    refused    text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, key),
    FOREIGN KEY (team_id, packet_id) REFERENCES packets (team_id, id),
    CHECK ((packet_id IS NULL) = (refused IS NOT NULL))
);
CREATE INDEX arrived_mails_packet ON arrived_mails (team_id, packet_id) WHERE packet_id IS NOT NULL;
CREATE INDEX arrived_mails_refused ON arrived_mails (team_id, created_at) WHERE refused IS NOT NULL;
COMMENT ON COLUMN arrived_mails.key IS 'SHA-256 of the Message-ID; without one of the message; of what was refused, of its file''s name';
COMMENT ON COLUMN arrived_mails.name IS 'the subject; of what was refused, its file''s name';
COMMENT ON COLUMN arrived_mails.sender IS 'who sent it, as the message says, which anybody can write';
COMMENT ON COLUMN arrived_mails.refused IS 'why no packet was made, as a sentence';

ALTER TABLE arrived_mails ENABLE ROW LEVEL SECURITY;
ALTER TABLE arrived_mails FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON arrived_mails USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT ON arrived_mails TO quayside_app;
