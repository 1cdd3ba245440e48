DELETE FROM outbox WHERE kind IN ('invite', 'invite_code');
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('sign_up_code', 'account_exists', 'password_reset',
    'password_changed', 'account_changed', 'email_code', 'alarm'));
DELETE FROM codes WHERE purpose = 'invite';
ALTER TABLE codes DROP CONSTRAINT codes_purpose_check;
ALTER TABLE codes ADD CONSTRAINT codes_purpose_check CHECK (purpose IN ('sign_up', 'email_change'));
DROP TABLE invites;
DROP FUNCTION app_invite();
