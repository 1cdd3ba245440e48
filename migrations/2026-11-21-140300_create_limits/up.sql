-- How often something was tried, shared by all servers. It has no team: most of what it counts is tried by people who are not signed in.
CREATE TABLE limits (
    key           bytea PRIMARY KEY,
    count         integer NOT NULL,
    last_at       timestamptz NOT NULL,
    blocked_until timestamptz NOT NULL
);
CREATE INDEX limits_age ON limits (last_at);
COMMENT ON COLUMN limits.key IS 'keyed digest of what is counted and for whom: the table names nobody';
GRANT SELECT, INSERT, UPDATE, DELETE ON limits TO quayside_app;
