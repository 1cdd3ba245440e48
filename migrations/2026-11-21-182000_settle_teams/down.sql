DELETE FROM outbox WHERE kind = 'team_end';
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('sign_up_code', 'account_exists', 'password_reset',
    'password_changed', 'account_changed', 'email_code', 'invite', 'invite_code', 'alarm'));
ALTER TABLE teams DROP COLUMN deletes_at;
ALTER TABLE teams DROP COLUMN audit_years;
ALTER TABLE teams DROP COLUMN assistance;
