-- Letters to be sent: written in the action's transaction, deleted once sent. No token is stored;
-- link_id names the row that the letter's link will be made for when it is rendered. The goodbye letter
-- belongs to no account: it outlives the row that it is about.
CREATE TABLE signet_letters (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT REFERENCES signet_users (id) ON DELETE CASCADE,
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
    -- The provider that the letter speaks of.
    provider TEXT,
    -- What it says of the API token that it speaks of: scope, hint and expiry as JSON, for the letter must be
    -- sent even when the token is revoked before.
    api_token TEXT
);
CREATE INDEX signet_letters_user ON signet_letters (user_id, kind);
CREATE INDEX signet_letters_due ON signet_letters (due_at) WHERE failed_at IS NULL;
