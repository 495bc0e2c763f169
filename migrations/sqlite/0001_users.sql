-- Accounts, one row each. A deleted account keeps its row (strategies anonymize and soft_delete).
CREATE TABLE signet_users (
    id TEXT PRIMARY KEY NOT NULL,
    email TEXT,
    email_key TEXT,
    email_verified_at BIGINT,
    name TEXT,
    password_hash TEXT,
    password_stamp BIGINT NOT NULL DEFAULT 0,
    security_stamp BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    deletion_scheduled_at BIGINT,
    delete_at BIGINT,
    deletion_job TEXT,
    deleted_at BIGINT,
    anonymized_at BIGINT,
    -- The grace period as it was promised when the deletion was scheduled, in seconds: no statement can
    -- bring the date of the erasure nearer than that. 0 for what was scheduled before this column.
    deletion_grace BIGINT NOT NULL DEFAULT 0
        CHECK (delete_at IS NULL OR delete_at - deletion_scheduled_at >= deletion_grace),
    -- Set in the transaction that removes the row, so that the account's events may go before it.
    hard_deleted_at BIGINT CHECK (hard_deleted_at IS NULL OR anonymized_at IS NOT NULL),
    CHECK ((email IS NULL) = (email_key IS NULL)),
    CHECK ((deletion_scheduled_at IS NULL) = (delete_at IS NULL)),
    CHECK (delete_at IS NULL OR delete_at > deletion_scheduled_at),
    CHECK (anonymized_at IS NULL OR (email IS NULL AND name IS NULL AND password_hash IS NULL))
);

-- An address belongs to the one account that has verified it, and beside it at most one account may be
-- waiting to verify it. The address of a deleted account is free, whether its row still has it or not.
CREATE UNIQUE INDEX signet_users_verified_email ON signet_users (email_key)
WHERE email_verified_at IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX signet_users_unverified_email ON signet_users (email_key)
WHERE email_verified_at IS NULL AND deleted_at IS NULL;
-- Workers look for what is due.
CREATE INDEX signet_users_delete_at ON signet_users (delete_at) WHERE delete_at IS NOT NULL AND deleted_at IS NULL;

-- While a deletion is scheduled its date comes no nearer, even if the promise is changed with it.
CREATE TRIGGER signet_users_promise BEFORE UPDATE OF delete_at ON signet_users
WHEN NEW.delete_at < OLD.delete_at
BEGIN SELECT RAISE(ABORT, 'a promised date comes no nearer'); END;
