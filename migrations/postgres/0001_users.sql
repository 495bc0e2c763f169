-- The account row. A deleted account keeps its row (strategy anonymize) without anything personal.
CREATE TABLE users (
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
    CHECK ((email IS NULL) = (email_key IS NULL)),
    CHECK ((deletion_scheduled_at IS NULL) = (delete_at IS NULL)),
    CHECK (delete_at IS NULL OR delete_at > deletion_scheduled_at),
    CHECK (anonymized_at IS NULL OR (email IS NULL AND name IS NULL AND password_hash IS NULL))
);

-- An address belongs to the one account that has verified it …
CREATE UNIQUE INDEX users_verified_email ON users (email_key) WHERE email_verified_at IS NOT NULL;
-- … and beside it at most one account may be waiting to verify it.
CREATE UNIQUE INDEX users_unverified_email ON users (email_key) WHERE email_verified_at IS NULL;
-- The sweep looks for what is due.
CREATE INDEX users_delete_at ON users (delete_at) WHERE delete_at IS NOT NULL AND deleted_at IS NULL;
