-- A refusal that belongs to no account says nothing to an owner, and strangers can cause any number. It may go; the events
-- of accounts, and what workers and operators did, stay as before.
DROP TRIGGER signet_events_stay;
CREATE TRIGGER signet_events_stay BEFORE DELETE ON signet_events
WHEN (OLD.user_id IS NOT NULL OR OLD.failure IS NULL)
AND (SELECT hard_deleted_at FROM signet_users WHERE id = OLD.user_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

-- The sweep looks for what is over.
CREATE INDEX signet_events_nobodys ON signet_events (at) WHERE user_id IS NULL AND failure IS NOT NULL;
CREATE INDEX signet_users_unconfirmed ON signet_users (created_at)
WHERE email_verified_at IS NULL AND deleted_at IS NULL AND deletion_scheduled_at IS NULL;
CREATE INDEX signet_letters_failed ON signet_letters (failed_at) WHERE failed_at IS NOT NULL;
