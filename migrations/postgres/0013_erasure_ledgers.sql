-- How many entries of which ledger of erasures this database has had carried out. A ledger is kept
-- apart from the database, so that a database that was restored can be told by its number.
CREATE TABLE signet_erasure_ledgers (
    id TEXT PRIMARY KEY NOT NULL,
    entries BIGINT NOT NULL CHECK (entries >= 0)
);
