-- The key that seals a team's files, wrapped under a master key that is not in the database. Without its row nothing of a team's
-- files can be read any more, wherever copies of them lie.
CREATE TABLE team_keys (
    team_id    uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id         uuid NOT NULL,
    wrapped    bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id)
);
ALTER TABLE team_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE team_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON team_keys USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT, UPDATE ON team_keys TO quayside_app;

-- Upkeep of the whole installation goes from team to team: it may list them, and sees nothing else of them.
CREATE POLICY upkeep ON teams FOR SELECT USING (current_setting('app.upkeep', true) = 'on');
