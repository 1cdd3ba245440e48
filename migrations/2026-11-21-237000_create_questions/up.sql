-- What was asked of an importer about a packet, or about one finding of it, by mail. The letter itself is the outbox's.
CREATE TABLE questions (
    team_id    uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id         uuid NOT NULL,
    packet_id  uuid NOT NULL,
    finding    text CHECK (finding ~ '^[0-9a-f]{64}$'),
    code       text CHECK (length(code) BETWEEN 1 AND 60),
    title      text CHECK (length(title) <= 500),
    recipient  text NOT NULL CHECK (length(recipient) <= 254),
    subject    text NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
    body       text NOT NULL CHECK (length(body) BETWEEN 1 AND 6000),
    mail_id    uuid NOT NULL,
    client_key text,
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id),
    FOREIGN KEY (team_id, packet_id) REFERENCES packets (team_id, id),
    CHECK ((finding IS NULL) = (code IS NULL) AND (finding IS NULL) = (title IS NULL))
);
CREATE INDEX questions_packet ON questions (team_id, packet_id, created_at);
CREATE INDEX questions_client ON questions (team_id, client_key, created_at DESC) WHERE client_key IS NOT NULL;
COMMENT ON COLUMN questions.finding IS 'SHA-256 as in waivers; nothing where the packet as a whole is asked about';
COMMENT ON COLUMN questions.mail_id IS 'the letter in the outbox, which forgets it a month after it left';
COMMENT ON COLUMN questions.client_key IS 'whose packet it was: the address used last is proposed for the next one';
ALTER TABLE questions ENABLE ROW LEVEL SECURITY;
ALTER TABLE questions FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON questions USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT ON questions TO quayside_app;
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('sign_up_code', 'account_exists', 'password_reset',
    'password_changed', 'account_changed', 'email_code', 'invite', 'invite_code', 'team_end', 'mention', 'question', 'alarm'));
