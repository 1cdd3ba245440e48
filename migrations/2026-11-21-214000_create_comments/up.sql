-- What people say to each other about a packet, and who was told of it by mail.
CREATE TABLE comments (
    team_id    uuid NOT NULL DEFAULT app_team() REFERENCES teams,
    id         uuid NOT NULL,
    packet_id  uuid NOT NULL,
    body       text NOT NULL CHECK (length(body) <= 4000),
    version    integer NOT NULL DEFAULT 1,
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    edited_at  timestamptz,
    removed_at timestamptz,
    PRIMARY KEY (team_id, id),
    FOREIGN KEY (team_id, packet_id) REFERENCES packets (team_id, id)
);
CREATE INDEX comments_packet ON comments (team_id, packet_id, created_at);
CREATE TABLE mentions (
    team_id    uuid NOT NULL DEFAULT app_team(),
    comment_id uuid NOT NULL,
    user_id    uuid NOT NULL REFERENCES users,
    PRIMARY KEY (team_id, comment_id, user_id),
    FOREIGN KEY (team_id, comment_id) REFERENCES comments (team_id, id)
);
DO $$ DECLARE t text; BEGIN
    FOREACH t IN ARRAY ARRAY['comments', 'mentions'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY team ON %I USING (team_id = app_team()) WITH CHECK (team_id = app_team())', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO quayside_app', t);
    END LOOP;
END $$;
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('sign_up_code', 'account_exists', 'password_reset',
    'password_changed', 'account_changed', 'email_code', 'invite', 'invite_code', 'team_end', 'mention', 'alarm'));
