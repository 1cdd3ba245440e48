-- What the list of packets shows, sorts by and finds.
ALTER TABLE packets ADD COLUMN client text;
ALTER TABLE packets ADD COLUMN client_key text COLLATE "C";
ALTER TABLE packets ADD COLUMN numbers text;
ALTER TABLE packets ADD COLUMN words_version smallint NOT NULL DEFAULT 0;
ALTER TABLE packets ADD COLUMN name_order text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(name)) STORED;
ALTER TABLE packets ADD COLUMN eta_first date NOT NULL GENERATED ALWAYS AS (coalesce(eta, 'infinity')) STORED;
ALTER TABLE packets ADD COLUMN eta_last date NOT NULL GENERATED ALWAYS AS (coalesce(eta, '-infinity')) STORED;
ALTER TABLE packets ADD COLUMN score_first smallint NOT NULL GENERATED ALWAYS AS (coalesce(score, 101)) STORED;
ALTER TABLE packets ADD COLUMN score_last smallint NOT NULL GENERATED ALWAYS AS (coalesce(score, -1)) STORED;
COMMENT ON COLUMN packets.client IS 'importer, buyer or consignee of the newest result, as printed';
COMMENT ON COLUMN packets.client_key IS 'the words of that name which tell it from others';
COMMENT ON COLUMN packets.numbers IS 'invoice and containers of the newest result, as a list shows them';
COMMENT ON COLUMN packets.words_version IS 'the rules by which its words were taken; lower ones are taken again by a worker';
COMMENT ON COLUMN packets.route IS 'ports of the newest result, as a list shows them';

-- One for each order: what has no date or score stands last, whichever way the list runs.
CREATE INDEX packets_eta_first ON packets (team_id, eta_first, id) WHERE deleted_at IS NULL;
CREATE INDEX packets_eta_last ON packets (team_id, eta_last, id) WHERE deleted_at IS NULL;
CREATE INDEX packets_score_first ON packets (team_id, score_first, id) WHERE deleted_at IS NULL;
CREATE INDEX packets_score_last ON packets (team_id, score_last, id) WHERE deleted_at IS NULL;
CREATE INDEX packets_by_name ON packets (team_id, name_order, id) WHERE deleted_at IS NULL;
CREATE INDEX packets_by_client ON packets (team_id, client_key, id) WHERE deleted_at IS NULL;
CREATE INDEX packets_standing ON packets (team_id, state, verdict, decision) WHERE deleted_at IS NULL;
CREATE INDEX packets_by_owner ON packets (team_id, owner_id, verdict, decision) WHERE deleted_at IS NULL;
-- The order of the newest, too, goes past what is in the bin.
DROP INDEX packets_newest, packets_owner;
CREATE INDEX packets_newest ON packets (team_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX packets_wordless ON packets (team_id, words_version) WHERE words_version < 1;

-- The words of each packet and where they stand. Only comparisons that row level security trusts are used on it: equality and ranges of
-- text. Operators of text search are not among them, so no index of theirs would be used.
CREATE TABLE packet_words (
    team_id   uuid NOT NULL DEFAULT app_team(),
    packet_id uuid NOT NULL,
    word      text COLLATE "C" NOT NULL,
    places    text NOT NULL,
    PRIMARY KEY (team_id, packet_id, word),
    FOREIGN KEY (team_id, packet_id) REFERENCES packets (team_id, id)
);
CREATE INDEX packet_words_word ON packet_words (team_id, word, packet_id);
-- Words are very unlike in number: with a hundred of them known, the plan for all others is a guess.
ALTER TABLE packet_words ALTER COLUMN word SET STATISTICS 2000;
COMMENT ON COLUMN packet_words.word IS 'letters and digits, lower case, no accents; with a colon where it is a kind or a finding''s code';
COMMENT ON COLUMN packet_words.places IS 'where it stands: field@kind, text@kind, name or file, the most telling first';

ALTER TABLE packet_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE packet_words FORCE ROW LEVEL SECURITY;
CREATE POLICY team ON packet_words USING (team_id = app_team()) WITH CHECK (team_id = app_team());
GRANT SELECT, INSERT, UPDATE, DELETE ON packet_words TO quayside_app;
