-- Tokens that programs sign in to the API with. The token itself is never stored, only its SHA-256 and, as a hint
-- for its owner, the last four characters of its random part.
CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX api_tokens_user ON api_tokens (user_id);
CREATE INDEX api_tokens_expires ON api_tokens (expires_at);

-- What a letter says of the token that it speaks of: scope, hint and expiry as JSON, for the letter must be sent
-- even when the token is revoked before.
ALTER TABLE letters ADD COLUMN api_token TEXT;
