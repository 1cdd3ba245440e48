-- Filters and orders of the list of packets that people keep under a name, for themselves or for the team.
CREATE TABLE packet_views (
    team_id    uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id         uuid NOT NULL,
    owner_id   uuid NOT NULL REFERENCES users,
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    query      text NOT NULL CHECK (length(query) <= 4000),
    is_shared  boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id)
);
CREATE UNIQUE INDEX packet_views_own ON packet_views (team_id, owner_id, lower(name)) WHERE NOT is_shared;
CREATE UNIQUE INDEX packet_views_shared ON packet_views (team_id, lower(name)) WHERE is_shared;
COMMENT ON COLUMN packet_views.query IS 'filter and order as the query of an address';

ALTER TABLE packet_views ENABLE ROW LEVEL SECURITY;
ALTER TABLE packet_views FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON packet_views USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT, UPDATE, DELETE ON packet_views TO quayside_app;
