-- What a team expects of a client's papers: required documents and fields, tolerances and weights of findings.
CREATE TABLE clients (
    team_id    uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id         uuid NOT NULL,
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    profile    jsonb NOT NULL,
    version    integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id)
);
CREATE UNIQUE INDEX clients_name ON clients (team_id, lower(name));
COMMENT ON COLUMN clients.profile IS 'other names, required documents and fields, tolerances, severities';
COMMENT ON COLUMN clients.version IS 'what a form was drawn from: two people at once overwrite nothing unseen';
ALTER TABLE clients ENABLE ROW LEVEL SECURITY;
ALTER TABLE clients FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON clients USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT, UPDATE, DELETE ON clients TO quayside_app;
