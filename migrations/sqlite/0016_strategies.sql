-- What the strategies soft_delete and hard_delete need.

-- The address of a deleted account is free, whether its row still has it or not.
DROP INDEX users_verified_email;
CREATE UNIQUE INDEX users_verified_email ON users (email_key)
WHERE email_verified_at IS NOT NULL AND deleted_at IS NULL;
DROP INDEX users_unverified_email;
CREATE UNIQUE INDEX users_unverified_email ON users (email_key)
WHERE email_verified_at IS NULL AND deleted_at IS NULL;

-- Set in the transaction that removes the row, so that the account's events may go before it.
ALTER TABLE users ADD COLUMN hard_deleted_at BIGINT CHECK (hard_deleted_at IS NULL OR anonymized_at IS NOT NULL);

-- The goodbye letter belongs to nobody: it outlives the row that it is about. SQLite can only
-- make a column nullable by making the table anew.
CREATE TABLE new_letters (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    link_id TEXT,
    other TEXT,
    at BIGINT,
    device TEXT,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    claimed_until BIGINT,
    failed_at BIGINT,
    job TEXT NOT NULL,
    provider TEXT,
    api_token TEXT
);
INSERT INTO new_letters (id, user_id, kind, recipient, link_id, other, at, device, created_at, due_at, attempts,
    claimed_until, failed_at, job, provider, api_token)
SELECT id, user_id, kind, recipient, link_id, other, at, device, created_at, due_at, attempts,
    claimed_until, failed_at, job, provider, api_token FROM letters;
DROP TABLE letters;
ALTER TABLE new_letters RENAME TO letters;
CREATE INDEX letters_user ON letters (user_id, kind);
CREATE INDEX letters_due ON letters (due_at) WHERE failed_at IS NULL;

-- Events stay, but for those of an account whose row goes with them.
DROP TRIGGER events_stay;
CREATE TRIGGER events_stay BEFORE DELETE ON events
WHEN (SELECT hard_deleted_at FROM users WHERE id = OLD.user_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
