ALTER TABLE memberships DROP COLUMN last_used_at;
ALTER TABLE memberships DROP COLUMN suspended_at;
