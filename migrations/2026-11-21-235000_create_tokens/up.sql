-- The digest of the token that the running request brought; NULL where it brought none.
CREATE FUNCTION app_bearer() RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT decode(nullif(current_setting('app.bearer', true), ''), 'hex') $$;

-- What the systems of a team show instead of a session.
CREATE TABLE tokens (
    team_id      uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id           uuid NOT NULL,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    digest       bytea NOT NULL,
    start        text NOT NULL,
    scopes       text[] NOT NULL CHECK (scopes <@ ARRAY['packets:read', 'packets:write'] AND cardinality(scopes) > 0),
    created_by   uuid NOT NULL REFERENCES users,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL CHECK (expires_at <= created_at + interval '367 days'),
    last_used_on date,
    revoked_at   timestamptz,
    revoked_by   uuid REFERENCES users,
    PRIMARY KEY (team_id, id)
);
CREATE INDEX tokens_newest ON tokens (team_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX tokens_digest ON tokens (digest);
COMMENT ON COLUMN tokens.id IS 'given out with the form: the same form sent twice makes one token';
COMMENT ON COLUMN tokens.digest IS 'keyed with a secret that is not in the database; the token itself is never stored';
COMMENT ON COLUMN tokens.start IS 'how the token begins, by which people recognise it';
COMMENT ON COLUMN tokens.last_used_on IS 'a day: no request writes more than the first of its day';

ALTER TABLE tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON tokens USING (team_id = app_team()) WITH CHECK (team_id = app_team());
-- Whoever brings a token sees the one row that it belongs to, before a team is known.
CREATE POLICY bearer ON tokens FOR SELECT USING (digest = app_bearer());
GRANT SELECT, INSERT, UPDATE ON tokens TO quayside_app;
