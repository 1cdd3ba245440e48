-- Names of which a person said that they are one company: the checks tell them apart no more, and say who said so.
CREATE TABLE party_aliases (
    team_id    uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id         uuid NOT NULL,
    one_key    text NOT NULL CHECK (length(one_key) BETWEEN 1 AND 1000),
    other_key  text NOT NULL CHECK (length(other_key) BETWEEN 1 AND 1000 AND one_key < other_key),
    one        text NOT NULL,
    other      text NOT NULL,
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id),
    UNIQUE (team_id, one_key, other_key)
);
COMMENT ON COLUMN party_aliases.one_key IS 'the words of the name that tell it from others, as domain::trade::party makes them';
COMMENT ON COLUMN party_aliases.one IS 'the name as it was printed';

ALTER TABLE party_aliases ENABLE ROW LEVEL SECURITY;
ALTER TABLE party_aliases FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON party_aliases USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT, DELETE ON party_aliases TO quayside_app;
