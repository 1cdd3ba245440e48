ALTER TABLE packet_words RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor);
ALTER TABLE packets RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor);
DROP INDEX packets_newest, packets_eta_first, packets_eta_last, packets_score_first, packets_score_last, packets_by_name;
CREATE INDEX packets_newest ON packets (team_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX packets_eta_first ON packets (team_id, eta_first, id) WHERE deleted_at IS NULL;
CREATE INDEX packets_eta_last ON packets (team_id, eta_last, id) WHERE deleted_at IS NULL;
CREATE INDEX packets_score_first ON packets (team_id, score_first, id) WHERE deleted_at IS NULL;
CREATE INDEX packets_score_last ON packets (team_id, score_last, id) WHERE deleted_at IS NULL;
CREATE INDEX packets_by_name ON packets (team_id, name_order, id) WHERE deleted_at IS NULL;
