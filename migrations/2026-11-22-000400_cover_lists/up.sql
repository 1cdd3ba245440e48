-- Each order of the list carries what filters ask for: a page is looked for in one index, and no packet is opened that is not shown.
DROP INDEX packets_newest, packets_eta_first, packets_eta_last, packets_score_first, packets_score_last, packets_by_name;
CREATE INDEX packets_newest ON packets (team_id, created_at, id)
    INCLUDE (state, verdict, decision, owner_id, client_key, eta_first) WHERE deleted_at IS NULL;
CREATE INDEX packets_eta_first ON packets (team_id, eta_first, id)
    INCLUDE (state, verdict, decision, owner_id, client_key, created_at) WHERE deleted_at IS NULL;
CREATE INDEX packets_eta_last ON packets (team_id, eta_last, id)
    INCLUDE (state, verdict, decision, owner_id, client_key, created_at, eta_first) WHERE deleted_at IS NULL;
CREATE INDEX packets_score_first ON packets (team_id, score_first, id)
    INCLUDE (state, verdict, decision, owner_id, client_key, created_at, eta_first) WHERE deleted_at IS NULL;
CREATE INDEX packets_score_last ON packets (team_id, score_last, id)
    INCLUDE (state, verdict, decision, owner_id, client_key, created_at, eta_first) WHERE deleted_at IS NULL;
CREATE INDEX packets_by_name ON packets (team_id, name_order, id)
    INCLUDE (state, verdict, decision, owner_id, client_key, created_at, eta_first) WHERE deleted_at IS NULL;

-- An index answers alone only for pages that were swept: sweep after a hundredth has changed, not a fifth.
ALTER TABLE packets SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.01);
ALTER TABLE packet_words SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
