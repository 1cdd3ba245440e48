-- Files come to a packet later, are replaced by newer versions, and are left out of the checks. Nothing of them is lost.
ALTER TABLE files ADD COLUMN created_by uuid REFERENCES users;
ALTER TABLE files ADD COLUMN replaces uuid;
ALTER TABLE files ADD COLUMN replaced_at timestamptz;
ALTER TABLE files ADD COLUMN aside_at timestamptz;
ALTER TABLE files ADD COLUMN aside_by uuid REFERENCES users;
UPDATE files f SET created_by = p.created_by FROM packets p WHERE p.team_id = f.team_id AND p.id = f.packet_id;
ALTER TABLE files ADD FOREIGN KEY (team_id, replaces) REFERENCES files (team_id, id);
ALTER TABLE files DROP CONSTRAINT files_team_id_packet_id_position_key;
CREATE UNIQUE INDEX files_position ON files (team_id, packet_id, position) WHERE replaced_at IS NULL;
CREATE UNIQUE INDEX files_replaces ON files (team_id, replaces) WHERE replaces IS NOT NULL;
CREATE INDEX files_packet ON files (team_id, packet_id, position);
CREATE INDEX files_content ON files (team_id, sha256);
COMMENT ON COLUMN files.replaces IS 'the version before this one';
COMMENT ON COLUMN files.replaced_at IS 'since when there is a newer version: this one is kept and not checked';
COMMENT ON COLUMN files.aside_at IS 'since when it is left out of the checks; nothing where it is checked';
