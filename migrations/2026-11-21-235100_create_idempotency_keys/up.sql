-- What a token's request made under a key of its own, for a day: the same request sent again makes nothing more.
CREATE TABLE idempotency_keys (
    team_id    uuid NOT NULL DEFAULT app_team(),
    token_id   uuid NOT NULL,
    key        text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    request    bytea NOT NULL,
    status     integer NOT NULL,
    location   text NOT NULL,
    answer     text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, token_id, key),
    FOREIGN KEY (team_id, token_id) REFERENCES tokens (team_id, id)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (team_id, created_at);
COMMENT ON COLUMN idempotency_keys.request IS 'SHA-256 of the route and what was sent: the name, and each file''s name and SHA-256';
COMMENT ON COLUMN idempotency_keys.answer IS 'the answer as it was sent, and is sent again';

ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON idempotency_keys USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO quayside_app;
