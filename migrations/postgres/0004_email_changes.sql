-- E-mail changes, from the request to the end of the undo window. Kept until then, for the undo across A→B→C.
CREATE TABLE signet_email_changes (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES signet_users (id) ON DELETE CASCADE,
    old_email TEXT NOT NULL,
    new_email TEXT NOT NULL,
    state TEXT NOT NULL,
    stamp BIGINT NOT NULL,
    requested_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    undo_until BIGINT,
    position BIGINT NOT NULL,
    UNIQUE (user_id, position)
);
-- One open change per user.
CREATE UNIQUE INDEX signet_email_changes_open ON signet_email_changes (user_id) WHERE state = 'open';
