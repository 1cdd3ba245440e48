DROP TABLE party_aliases;
