-- Tokens that programs sign in to the API with. The token itself is never stored, only its SHA-256 and, as a hint
-- for its owner, the last four characters of its random part.
CREATE TABLE signet_api_tokens (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES signet_users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX signet_api_tokens_user ON signet_api_tokens (user_id);
CREATE INDEX signet_api_tokens_expires ON signet_api_tokens (expires_at);
