-- What was deleted stays in the bin and can be restored.
ALTER TABLE packets ADD COLUMN deleted_at timestamptz;
ALTER TABLE packets ADD COLUMN deleted_by uuid REFERENCES users;
CREATE INDEX packets_bin ON packets (team_id, deleted_at DESC, id DESC) WHERE deleted_at IS NOT NULL;
