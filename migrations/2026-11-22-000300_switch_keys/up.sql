-- Whether the pages hear a person's keys. It belongs to the account, so it goes with the person and nothing is kept in a browser.
ALTER TABLE users ADD COLUMN listens_to_keys boolean NOT NULL DEFAULT true;
