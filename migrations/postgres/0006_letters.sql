-- Letters to be sent: written in the action's transaction, deleted once sent. No token is stored;
-- link_id names the row that the letter's link will be made for when it is rendered.
CREATE TABLE letters (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
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
    job TEXT NOT NULL
);
CREATE INDEX letters_user ON letters (user_id, kind);
CREATE INDEX letters_due ON letters (due_at) WHERE failed_at IS NULL;
