-- Entries can be added and read, never changed or removed: the application has no such right.
CREATE TABLE audit_entries (
    team_id     uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    seq         bigint NOT NULL,
    at          timestamptz NOT NULL,
    identity_id uuid NOT NULL,
    role        text NOT NULL,
    action      text NOT NULL,
    subject     text NOT NULL,
    result      text NOT NULL,
    diff        jsonb,
    hash        bytea NOT NULL,
    PRIMARY KEY (team_id, seq, at)
) PARTITION BY RANGE (at);
CREATE INDEX audit_entries_newest ON audit_entries (team_id, at DESC, seq DESC);
COMMENT ON COLUMN audit_entries.hash IS 'HMAC-SHA256 of this entry and the hash before it';
-- No entry is lost for want of a month; a filled default partition is a fault to look at.
CREATE TABLE audit_entries_default PARTITION OF audit_entries DEFAULT;

CREATE FUNCTION make_audit_month(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first date := date_trunc('month', month);
    name  text := 'audit_entries_' || to_char(first, 'YYYY_MM');
BEGIN
    IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF audit_entries FOR VALUES FROM (%L) TO (%L)', name, first, first + interval '1 month');
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY team ON %I USING (team_id = app_team()) WITH CHECK (team_id = app_team())', name);
    END IF;
END $$;
REVOKE ALL ON FUNCTION make_audit_month(date) FROM PUBLIC;

-- The last link of each team's chain; the row is the lock that orders a team's writers.
CREATE TABLE audit_heads (
    team_id uuid PRIMARY KEY DEFAULT app_team() REFERENCES teams,
    seq     bigint NOT NULL,
    hash    bytea NOT NULL
);

-- Who a pseudonym is: beside the chain, so that a person can be erased and the chain still verifies.
CREATE TABLE audit_identities (
    team_id uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id      uuid NOT NULL,
    user_id uuid,
    email   text,
    address text,
    PRIMARY KEY (team_id, id)
);

DO $$ DECLARE t text; BEGIN
    FOREACH t IN ARRAY ARRAY['audit_entries', 'audit_entries_default', 'audit_heads', 'audit_identities'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY team ON %I USING (team_id = app_team()) WITH CHECK (team_id = app_team())', t);
    END LOOP;
END $$;
SELECT make_audit_month((now() + make_interval(months => m))::date) FROM generate_series(0, 12) m;
GRANT SELECT, INSERT ON audit_entries, audit_identities TO quayside_app;
GRANT SELECT, INSERT, UPDATE ON audit_heads TO quayside_app;
