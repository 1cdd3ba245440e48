-- The person behind an entry without the address: one pseudonym for all of somebody's addresses, so that one index serves a person.
ALTER TABLE audit_entries ADD COLUMN person uuid;
ALTER TABLE audit_identities ADD COLUMN person uuid;
COMMENT ON COLUMN audit_entries.person IS 'the person of the identity; outside the hash, compared with the identity when the chain is verified';

-- Which entries a month holds, by who, what, how it ended and on what: one row for each kind, and one with the nil person for anybody.
-- Any filter is the sum of a few kinds, and each kind is one walk down an index.
CREATE TABLE audit_kinds (
    team_id uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    person  uuid NOT NULL,
    month   date NOT NULL,
    action  text NOT NULL,
    result  text NOT NULL,
    topic   text NOT NULL,
    PRIMARY KEY (team_id, person, month, action, result, topic)
);
COMMENT ON COLUMN audit_kinds.topic IS 'a subject that is a word and no identity; empty for the others';

-- The answer of each check of the chain that somebody asked for.
CREATE TABLE audit_checks (
    team_id     uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id          uuid NOT NULL,
    asked_at    timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    report      jsonb,
    PRIMARY KEY (team_id, id)
);

-- Who makes the anchor of a day, and that it is made; the anchors themselves lie outside the database.
CREATE TABLE audit_anchors (
    day           date PRIMARY KEY,
    claimed_until timestamptz NOT NULL,
    made_at       timestamptz
);

-- What is there already is sorted in; the policies would hide it from the owner.
ALTER TABLE audit_entries NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_identities NO FORCE ROW LEVEL SECURITY;
UPDATE audit_identities i SET person = o.person FROM (
    SELECT team_id, id, first_value(id) OVER (PARTITION BY team_id, user_id, email ORDER BY id) AS person FROM audit_identities
) o WHERE o.team_id = i.team_id AND o.id = i.id;
UPDATE audit_entries e SET person = coalesce((SELECT i.person FROM audit_identities i WHERE i.team_id = e.team_id AND i.id = e.identity_id), e.identity_id);
INSERT INTO audit_kinds (team_id, person, month, action, result, topic)
SELECT DISTINCT team_id, p, date_trunc('month', at AT TIME ZONE 'UTC')::date, action, result,
    CASE WHEN subject ~ '^[a-z]([a-z ]{0,30}[a-z])?$' THEN subject ELSE '' END
FROM audit_entries, LATERAL (VALUES (person), ('00000000-0000-0000-0000-000000000000'::uuid)) v(p);
ALTER TABLE audit_entries FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_identities FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_entries ALTER COLUMN person SET NOT NULL;
ALTER TABLE audit_identities ALTER COLUMN person SET NOT NULL;

CREATE INDEX audit_entries_kind ON audit_entries (team_id, action, result, at DESC, seq DESC);
CREATE INDEX audit_entries_person ON audit_entries (team_id, person, action, result, at DESC, seq DESC);
CREATE INDEX audit_entries_subject ON audit_entries (team_id, subject, at DESC, seq DESC) INCLUDE (person, action, result);
CREATE INDEX audit_identities_email ON audit_identities (team_id, email);

-- The role that serves may have the months ahead made, a year of them, and nothing else of the owner's rights.
CREATE FUNCTION make_audit_months_ahead() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT pg_advisory_xact_lock(7158222);
    SELECT make_audit_month((date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => m))::date) FROM generate_series(0, 12) m
$$;
REVOKE ALL ON FUNCTION make_audit_months_ahead() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_audit_months_ahead() TO quayside_app;

DO $$ DECLARE t text; BEGIN
    FOREACH t IN ARRAY ARRAY['audit_kinds', 'audit_checks'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY team ON %I USING (team_id = app_team()) WITH CHECK (team_id = app_team())', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT ON audit_kinds TO quayside_app;
GRANT SELECT, INSERT, UPDATE ON audit_checks, audit_anchors TO quayside_app;
