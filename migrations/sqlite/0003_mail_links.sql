-- What a mailed confirm or reset link names. Using or revoking the link deletes its row. The MAC is not stored.
CREATE TABLE signet_mail_links (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES signet_users (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    email TEXT NOT NULL,
    stamp BIGINT NOT NULL,
    device_hash BLOB,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX signet_mail_links_user ON signet_mail_links (user_id, purpose);
CREATE INDEX signet_mail_links_expires ON signet_mail_links (expires_at);
