ALTER TABLE users DROP COLUMN listens_to_keys;
