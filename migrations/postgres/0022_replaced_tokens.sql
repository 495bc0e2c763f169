-- Tokens that sessions had before sudo mode began. For a short time such a token still reads and may confirm again,
-- in the browser that it belongs to: the answer with the new token may have been lost. stamp is the account's security
-- stamp then: a changed password ends the token at once. code_id and code_expires_at are those of the mailed code by
-- which sudo mode began; the token may repeat it once.
CREATE TABLE signet_replaced_tokens (
    token_hash BYTEA PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES signet_users (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL REFERENCES signet_sessions (id) ON DELETE CASCADE,
    device_hash BYTEA NOT NULL,
    stamp BIGINT NOT NULL,
    code_id TEXT,
    code_expires_at BIGINT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX signet_replaced_tokens_user ON signet_replaced_tokens (user_id);
CREATE INDEX signet_replaced_tokens_session ON signet_replaced_tokens (session_id);
CREATE INDEX signet_replaced_tokens_expires ON signet_replaced_tokens (expires_at);
