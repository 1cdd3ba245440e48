ALTER TABLE packets DROP COLUMN deleted_by;
ALTER TABLE packets DROP COLUMN deleted_at;
