-- Mailed codes that begin sudo mode, one per account. The code itself is made when its letter is rendered.
-- Neither a new code nor a new session gives new tries before window_until has passed.
CREATE TABLE signet_sudo_codes (
    user_id TEXT PRIMARY KEY NOT NULL REFERENCES signet_users (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    session_id TEXT REFERENCES signet_sessions (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    window_until BIGINT NOT NULL
);
CREATE INDEX signet_sudo_codes_session ON signet_sudo_codes (session_id);
CREATE INDEX signet_sudo_codes_expires ON signet_sudo_codes (expires_at);
