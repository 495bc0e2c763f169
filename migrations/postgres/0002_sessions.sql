-- Signed-in browsers. The token itself is never stored, only its SHA-256; renewing it keeps the row.
CREATE TABLE signet_sessions (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES signet_users (id) ON DELETE CASCADE,
    token_hash BYTEA NOT NULL UNIQUE,
    ip TEXT,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    sudo_at BIGINT
);
CREATE INDEX signet_sessions_user ON signet_sessions (user_id);
CREATE INDEX signet_sessions_last_seen ON signet_sessions (last_seen_at);

-- Browsers that an account has signed in from, so that a new one can be told to its owner.
CREATE TABLE signet_known_devices (
    user_id TEXT NOT NULL REFERENCES signet_users (id) ON DELETE CASCADE,
    device_hash BYTEA NOT NULL,
    first_seen_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, device_hash)
);
