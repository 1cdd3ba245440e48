-- What a team's Owners and Admins decide for it.
ALTER TABLE teams ADD COLUMN assistance text[] NOT NULL DEFAULT '{}'
    CHECK (assistance <@ ARRAY['extraction', 'coach', 'preflight', 'classifier']);
ALTER TABLE teams ADD COLUMN audit_years integer CHECK (audit_years >= 7);
ALTER TABLE teams ADD COLUMN deletes_at timestamptz;
COMMENT ON COLUMN teams.assistance IS 'for what the team lets a language model advise; nothing unless it says so';
COMMENT ON COLUMN teams.audit_years IS 'how long the audit log is kept; NULL is for ever';
COMMENT ON COLUMN teams.deletes_at IS 'an Owner wants it deleted: from then on it is closed, until then an Owner can keep it';

ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('sign_up_code', 'account_exists', 'password_reset',
    'password_changed', 'account_changed', 'email_code', 'invite', 'invite_code', 'team_end', 'alarm'));
