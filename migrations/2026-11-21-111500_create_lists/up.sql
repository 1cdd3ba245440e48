-- Lists of the trade that all teams share. The owner loads them; the application reads them and nothing more.
CREATE TABLE list_editions (
    id          uuid PRIMARY KEY,
    list        text NOT NULL CHECK (list IN ('tariff', 'ports', 'carriers')),
    valid_from  date NOT NULL,
    sha256      text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    source      text NOT NULL,
    line_count  integer NOT NULL,
    imported_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (list, sha256)
);
CREATE INDEX list_editions_newest ON list_editions (list, valid_from DESC, imported_at DESC);
COMMENT ON COLUMN list_editions.sha256 IS 'of the file: the same file twice makes no second edition';
COMMENT ON COLUMN list_editions.source IS 'the name of the file';

CREATE TABLE tariff_lines (
    edition_id  uuid NOT NULL REFERENCES list_editions ON DELETE CASCADE,
    code        text NOT NULL CHECK (code ~ '^([0-9]{2}){2,5}$'),
    description text NOT NULL,
    subheading  text NOT NULL GENERATED ALWAYS AS (left(code, 6)) STORED,
    PRIMARY KEY (edition_id, code)
);
CREATE INDEX tariff_lines_subheading ON tariff_lines (edition_id, subheading);

CREATE TABLE places (
    edition_id uuid NOT NULL REFERENCES list_editions ON DELETE CASCADE,
    code       text NOT NULL CHECK (length(code) = 5),
    name       text NOT NULL,
    PRIMARY KEY (edition_id, code)
);

CREATE TABLE carriers (
    edition_id uuid NOT NULL REFERENCES list_editions ON DELETE CASCADE,
    code       text NOT NULL CHECK (length(code) BETWEEN 2 AND 4),
    name       text NOT NULL,
    PRIMARY KEY (edition_id, code)
);

GRANT SELECT ON list_editions, tariff_lines, places, carriers TO quayside_app;
