-- A worker claims before it knows the team; it says so in its transaction, and only the claim does.
CREATE FUNCTION app_claims() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(current_setting('app.claims', true), '') = 'on' $$;

CREATE TABLE work (
    team_id     uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id          uuid NOT NULL,
    task        jsonb NOT NULL,
    key         text NOT NULL,
    state       text NOT NULL CHECK (state IN ('waiting', 'running', 'failed')),
    attempts    integer NOT NULL DEFAULT 0,
    due_at      timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz,
    fence       bigint NOT NULL DEFAULT 0,
    worker      text,
    progress    jsonb,
    failure     text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, id),
    UNIQUE (team_id, key)
);
CREATE INDEX work_due ON work (team_id, due_at, id) WHERE state = 'waiting';
CREATE INDEX work_leases ON work (lease_until) WHERE state = 'running';
COMMENT ON COLUMN work.fence IS 'counts claims: a worker whose fence is old can no longer write';
COMMENT ON COLUMN work.key IS 'one piece of work per key and team';

-- What a piece of work has already done, so that a new worker goes on where a dead one stopped.
CREATE TABLE work_steps (
    team_id uuid NOT NULL DEFAULT app_team(),
    work_id uuid NOT NULL,
    step    text NOT NULL,
    output  jsonb NOT NULL,
    done_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, work_id, step),
    FOREIGN KEY (team_id, work_id) REFERENCES work (team_id, id) ON DELETE CASCADE
);

ALTER TABLE work ENABLE ROW LEVEL SECURITY;
ALTER TABLE work FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON work USING (team_id = app_team() OR app_claims()) WITH CHECK (team_id = app_team() OR app_claims());
ALTER TABLE work_steps ENABLE ROW LEVEL SECURITY;
ALTER TABLE work_steps FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON work_steps USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT, UPDATE, DELETE ON work, work_steps TO quayside_app;
