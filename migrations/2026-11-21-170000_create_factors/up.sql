-- A session says which it is, so that its person can end it from another; the cookie's value is in no page. The state holds JSON text.
ALTER TABLE sessions ADD COLUMN public_id uuid GENERATED ALWAYS AS (trim(both '"' from state ->> 'id')::uuid) STORED;
ALTER TABLE sessions ADD COLUMN last_seen_at timestamptz NOT NULL DEFAULT now();
CREATE UNIQUE INDEX sessions_public ON sessions (public_id);

-- None of these has a team: a factor is a person's, in all their teams.
CREATE TABLE totp_secrets (
    user_id      uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    sealed       bytea NOT NULL,
    last_step    bigint NOT NULL DEFAULT 0,
    confirmed_at timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN totp_secrets.sealed IS 'encrypted with a key that is not in the database';
COMMENT ON COLUMN totp_secrets.last_step IS 'the step of time of the last code that was taken: each counts once';
COMMENT ON COLUMN totp_secrets.confirmed_at IS 'NULL while the app has not yet shown that it knows the secret';

CREATE TABLE recovery_codes (
    user_id   uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    code_hash bytea NOT NULL,
    used_at   timestamptz,
    PRIMARY KEY (user_id, code_hash)
);
COMMENT ON COLUMN recovery_codes.code_hash IS 'SHA-256 of 120 random bits; the code itself is shown once';

CREATE TABLE passkeys (
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    id           uuid NOT NULL,
    credential_id bytea NOT NULL UNIQUE,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    credential   jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    PRIMARY KEY (user_id, id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON totp_secrets, recovery_codes, passkeys TO quayside_app;

-- A new address that has not yet been proved.
CREATE TABLE email_changes (
    user_id    uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    email      text NOT NULL CHECK (email = lower(email)),
    created_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE, DELETE ON email_changes TO quayside_app;
ALTER TABLE codes DROP CONSTRAINT codes_purpose_check;
ALTER TABLE codes ADD CONSTRAINT codes_purpose_check CHECK (purpose IN ('sign_up', 'email_change'));
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('sign_up_code', 'account_exists', 'password_reset',
    'password_changed', 'account_changed', 'email_code', 'alarm'));

ALTER TABLE teams ADD COLUMN IF NOT EXISTS requires_factor boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN teams.requires_factor IS 'members without a second factor see nothing of the team until they have one';
