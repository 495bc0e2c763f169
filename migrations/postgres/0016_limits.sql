-- How often something has happened lately. The key is a keyed hash of what is counted and for whom.
CREATE TABLE signet_limits (
    key TEXT PRIMARY KEY NOT NULL,
    empty_at BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX signet_limits_expires ON signet_limits (expires_at);
-- Letters that anyone can cause are sent after those that concern the reader's own account.
ALTER TABLE signet_letters ADD COLUMN unsolicited BIGINT NOT NULL DEFAULT 0 CHECK (unsolicited IN (0, 1));
UPDATE signet_letters SET unsolicited = 1
    WHERE kind IN ('confirm_address', 'already_registered', 'reset_password', 'confirm_email_change', 'email_change_to_taken');
DROP INDEX signet_letters_due;
CREATE INDEX signet_letters_due ON signet_letters (awaited, unsolicited, due_at) WHERE failed_at IS NULL;
