-- What this ledger is called, so that a database can tell it from others. One row.
CREATE TABLE signet_ledger (
    position BIGINT PRIMARY KEY NOT NULL CHECK (position = 1),
    id TEXT NOT NULL
);

-- Which accounts were erased, when and how. An account is named by a keyed hash alone.
CREATE TABLE signet_erasures (
    number BIGINT PRIMARY KEY NOT NULL CHECK (number > 0),
    subject BYTEA NOT NULL,
    key_mark BYTEA NOT NULL,
    strategy TEXT NOT NULL,
    erased_at BIGINT NOT NULL,
    -- 0 until the erasure is known to have been committed: only the newest entry can be in doubt.
    is_certain BIGINT NOT NULL DEFAULT 0 CHECK (is_certain IN (0, 1))
);
-- Noting that an entry is certain looks for the few that are not, not through all there ever were.
CREATE INDEX signet_erasures_in_doubt ON signet_erasures (number) WHERE is_certain = 0;
