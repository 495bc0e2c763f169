-- Tokens that sessions had before sudo mode began. For a short time such a token still reads and may confirm again,
-- in the browser that it belongs to: the answer with the new token may have been lost.
CREATE TABLE signet_replaced_tokens (
    token_hash BLOB PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES signet_users (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL REFERENCES signet_sessions (id) ON DELETE CASCADE,
    device_hash BLOB NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX signet_replaced_tokens_user ON signet_replaced_tokens (user_id);
CREATE INDEX signet_replaced_tokens_session ON signet_replaced_tokens (session_id);
CREATE INDEX signet_replaced_tokens_expires ON signet_replaced_tokens (expires_at);

-- When the code was used. NULL: it was not. Only a replaced token may use it once more.
ALTER TABLE signet_sudo_codes ADD COLUMN used_at BIGINT;
