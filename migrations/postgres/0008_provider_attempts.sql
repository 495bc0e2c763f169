-- People on their way to a provider and back. The id is a hash of what the browser holds; nothing here can be used.
CREATE TABLE signet_provider_attempts (
    id TEXT PRIMARY KEY NOT NULL,
    provider TEXT NOT NULL,
    ask TEXT NOT NULL,
    user_id TEXT REFERENCES signet_users (id) ON DELETE CASCADE,
    session_id TEXT REFERENCES signet_sessions (id) ON DELETE CASCADE,
    return_to TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    CHECK ((user_id IS NULL) = (session_id IS NULL))
);
CREATE INDEX signet_provider_attempts_user ON signet_provider_attempts (user_id);
CREATE INDEX signet_provider_attempts_session ON signet_provider_attempts (session_id);
CREATE INDEX signet_provider_attempts_expires ON signet_provider_attempts (expires_at);
