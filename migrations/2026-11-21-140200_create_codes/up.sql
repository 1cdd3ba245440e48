-- None of these tables has a team: they serve people before a team is known, or beside all of theirs. The application may do with each
-- what its one file in the store does, and no more.

-- People who asked for an account and have not yet proved their address. Nothing of this is an account.
CREATE TABLE sign_ups (
    id            uuid PRIMARY KEY,
    email         text NOT NULL CHECK (email = lower(email)),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    organisation  text NOT NULL CHECK (length(organisation) BETWEEN 1 AND 200),
    password_hash text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_ups_age ON sign_ups (created_at);
GRANT SELECT, INSERT, DELETE ON sign_ups TO quayside_app;

CREATE TABLE codes (
    id           uuid PRIMARY KEY,
    purpose      text NOT NULL CHECK (purpose IN ('sign_up')),
    subject_id   uuid NOT NULL,
    request_hash bytea NOT NULL,
    code_digest  bytea NOT NULL,
    tries        integer NOT NULL DEFAULT 0,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX codes_request ON codes (purpose, request_hash);
CREATE INDEX codes_age ON codes (created_at);
COMMENT ON COLUMN codes.request_hash IS 'SHA-256 of the cookie of the browser that asked: a code is good there only';
COMMENT ON COLUMN codes.code_digest IS 'keyed with a secret that is not in the database';
GRANT SELECT, INSERT, UPDATE, DELETE ON codes TO quayside_app;

-- One link a person: a newer one takes the place of the older.
CREATE TABLE password_resets (
    user_id    uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    token_hash bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN password_resets.token_hash IS 'SHA-256 of 256 random bits; the bits themselves are in the letter only';
GRANT SELECT, INSERT, UPDATE, DELETE ON password_resets TO quayside_app;

-- Devices and networks from which a person has signed in.
CREATE TABLE devices (
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    token_hash   bytea NOT NULL,
    network      text NOT NULL,
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, token_hash, network)
);
COMMENT ON COLUMN devices.token_hash IS 'SHA-256 of the device''s long-lived cookie';
GRANT SELECT, INSERT, UPDATE, DELETE ON devices TO quayside_app;

-- All sessions of a person can be ended at once. The state holds the person as JSON text, quotes and all.
ALTER TABLE sessions ADD COLUMN user_id uuid GENERATED ALWAYS AS (trim(both '"' from state ->> 'user')::uuid) STORED;
CREATE INDEX sessions_user ON sessions (user_id);
