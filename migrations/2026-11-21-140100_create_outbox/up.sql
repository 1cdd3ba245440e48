-- Whoever sends mail claims letters of every team and of none; it says so in its transaction.
CREATE FUNCTION app_mail() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(current_setting('app.mail', true), '') = 'on' $$;

-- Letters on their way, added in the transaction that makes them true. A sign-up or a reset belongs to no team, so the team may be
-- missing; a letter with a team is seen by that team, one without by the sender of mail only.
CREATE TABLE outbox (
    id            uuid PRIMARY KEY,
    team_id       uuid REFERENCES teams,
    kind          text NOT NULL CHECK (kind IN ('sign_up_code', 'account_exists', 'password_reset', 'password_changed', 'alarm')),
    recipient     text NOT NULL,
    sealed        bytea,
    state         text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'sent', 'failed')),
    attempts      integer NOT NULL DEFAULT 0,
    due_at        timestamptz NOT NULL DEFAULT now(),
    useless_after timestamptz,
    lease_until   timestamptz,
    fence         bigint NOT NULL DEFAULT 0,
    answer        text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE state = 'waiting';
CREATE INDEX outbox_leases ON outbox (lease_until) WHERE state = 'running';
CREATE INDEX outbox_failed ON outbox (team_id, updated_at) WHERE state = 'failed';
CREATE INDEX outbox_sent ON outbox (updated_at) WHERE state = 'sent';
COMMENT ON COLUMN outbox.sealed IS 'subject and text, encrypted with a key that is not in the database; NULL once the letter has left';
COMMENT ON COLUMN outbox.answer IS 'the last words of the mail server, or why nothing was sent';
COMMENT ON COLUMN outbox.fence IS 'counts claims: a sender whose fence is old can no longer write';

ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON outbox USING (team_id = app_team() OR app_mail()) WITH CHECK (team_id = app_team() OR app_mail());
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO quayside_app;
