DELETE FROM outbox WHERE kind = 'question';
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('sign_up_code', 'account_exists', 'password_reset',
    'password_changed', 'account_changed', 'email_code', 'invite', 'invite_code', 'team_end', 'mention', 'alarm'));
DROP TABLE questions;
