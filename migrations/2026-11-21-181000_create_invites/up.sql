-- The token of the link that the running request brought, as its hash; NULL where it brought none.
CREATE FUNCTION app_invite() RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT decode(nullif(current_setting('app.invite', true), ''), 'hex') $$;

-- Open invites: gone once they are accepted or revoked.
CREATE TABLE invites (
    team_id    uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id         uuid NOT NULL,
    email      text NOT NULL CHECK (email = lower(email)),
    role       text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'owner')),
    invited_by uuid NOT NULL REFERENCES users,
    token_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    sent_count integer NOT NULL DEFAULT 1,
    sent_at    timestamptz NOT NULL DEFAULT now(),
    proved_by  bytea,
    proved_at  timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id)
);
CREATE UNIQUE INDEX invites_address ON invites (team_id, email);
CREATE INDEX invites_inviter ON invites (team_id, invited_by);
CREATE UNIQUE INDEX invites_token ON invites (token_hash);
COMMENT ON COLUMN invites.id IS 'becomes the account''s where the person has none yet: the audit log names them by it before and after';
COMMENT ON COLUMN invites.token_hash IS 'SHA-256 of 256 random bits; the bits themselves are in the letter only';
COMMENT ON COLUMN invites.proved_by IS 'SHA-256 of the cookie of the browser in which the code from the second letter was right';

ALTER TABLE invites ENABLE ROW LEVEL SECURITY;
ALTER TABLE invites FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON invites USING (team_id = app_team()) WITH CHECK (team_id = app_team());
-- Whoever brings the link sees the one invite that it belongs to, before a team is known.
CREATE POLICY invited ON invites FOR SELECT USING (token_hash = app_invite());
GRANT SELECT, INSERT, UPDATE, DELETE ON invites TO quayside_app;

ALTER TABLE codes DROP CONSTRAINT codes_purpose_check;
ALTER TABLE codes ADD CONSTRAINT codes_purpose_check CHECK (purpose IN ('sign_up', 'email_change', 'invite'));
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('sign_up_code', 'account_exists', 'password_reset',
    'password_changed', 'account_changed', 'email_code', 'invite', 'invite_code', 'alarm'));
