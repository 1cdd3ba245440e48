-- Roles: the owner migrates and owns; quayside_app serves and owns nothing.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'quayside_app') THEN
        CREATE ROLE quayside_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
END $$;

-- The team and the person of the running transaction; NULL where none is set, also after an earlier SET LOCAL on the connection.
CREATE FUNCTION app_team() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.team_id', true), '')::uuid $$;
CREATE FUNCTION app_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;

CREATE TABLE teams (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    is_demo    boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON COLUMN teams.is_demo IS 'invented data: every page of the team says so';

-- Accounts belong to no team: a person signs in before a team is known.
CREATE TABLE users (
    id            uuid PRIMARY KEY,
    email         text NOT NULL UNIQUE CHECK (email = lower(email)),
    name          text NOT NULL,
    password_hash text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE memberships (
    team_id    uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    user_id    uuid NOT NULL REFERENCES users,
    role       text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'owner')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);

CREATE TABLE sessions (
    id_hash    bytea PRIMARY KEY,
    state      jsonb NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sessions_expiry ON sessions (expires_at);
COMMENT ON COLUMN sessions.id_hash IS 'SHA-256 of the cookie''s value; the value itself is never stored';

ALTER TABLE teams ENABLE ROW LEVEL SECURITY;
ALTER TABLE teams FORCE ROW LEVEL SECURITY;
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
-- A person sees their own memberships, and the teams behind them, before they have chosen one.
CREATE POLICY team ON memberships
    USING (team_id = app_team() OR user_id = app_user()) WITH CHECK (team_id = app_team());
CREATE POLICY team ON teams
    USING (id = app_team() OR EXISTS (SELECT FROM memberships m WHERE m.team_id = teams.id AND m.user_id = app_user()))
    WITH CHECK (id = app_team());

GRANT SELECT, INSERT, UPDATE ON teams, users TO quayside_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON memberships, sessions TO quayside_app;
