DROP INDEX files_content, files_packet, files_replaces, files_position;
UPDATE files f SET position = s.place FROM (
    SELECT team_id, id, row_number() OVER (PARTITION BY team_id, packet_id ORDER BY position, created_at) AS place FROM files
) s WHERE s.team_id = f.team_id AND s.id = f.id;
ALTER TABLE files ADD UNIQUE (team_id, packet_id, position);
ALTER TABLE files DROP COLUMN aside_by;
ALTER TABLE files DROP COLUMN aside_at;
ALTER TABLE files DROP COLUMN replaced_at;
ALTER TABLE files DROP COLUMN replaces;
ALTER TABLE files DROP COLUMN created_by;
