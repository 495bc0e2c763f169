-- People on their way to a provider and back. The id is a hash of what the browser holds; nothing here can be used.
CREATE TABLE provider_attempts (
    id TEXT PRIMARY KEY NOT NULL,
    provider TEXT NOT NULL,
    ask TEXT NOT NULL,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    session_id TEXT REFERENCES sessions (id) ON DELETE CASCADE,
    return_to TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    CHECK ((user_id IS NULL) = (session_id IS NULL))
);
CREATE INDEX provider_attempts_user ON provider_attempts (user_id);
CREATE INDEX provider_attempts_session ON provider_attempts (session_id);
CREATE INDEX provider_attempts_expires ON provider_attempts (expires_at);
