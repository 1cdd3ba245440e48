DROP TABLE packet_words;
DROP INDEX packets_eta_first, packets_eta_last, packets_score_first, packets_score_last, packets_by_name, packets_by_client,
    packets_standing, packets_by_owner, packets_wordless, packets_newest;
CREATE INDEX packets_newest ON packets (team_id, created_at DESC, id DESC);
CREATE INDEX packets_owner ON packets (team_id, owner_id, created_at DESC, id DESC);
ALTER TABLE packets DROP COLUMN name_order, DROP COLUMN eta_first, DROP COLUMN eta_last, DROP COLUMN score_first, DROP COLUMN score_last,
    DROP COLUMN client, DROP COLUMN client_key, DROP COLUMN numbers, DROP COLUMN words_version;
COMMENT ON COLUMN packets.route IS 'buyer and ports of the newest result, as a list shows them';
