DELETE FROM codes WHERE purpose = 'email_change';
ALTER TABLE codes DROP CONSTRAINT codes_purpose_check;
ALTER TABLE codes ADD CONSTRAINT codes_purpose_check CHECK (purpose IN ('sign_up'));
DELETE FROM outbox WHERE kind IN ('account_changed', 'email_code');
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('sign_up_code', 'account_exists', 'password_reset',
    'password_changed', 'alarm'));
ALTER TABLE teams DROP COLUMN requires_factor;
DROP TABLE email_changes;
DROP TABLE passkeys;
DROP TABLE recovery_codes;
DROP TABLE totp_secrets;
ALTER TABLE sessions DROP COLUMN last_seen_at;
ALTER TABLE sessions DROP COLUMN public_id;
