-- A refusal that belongs to no account says nothing to an owner, and strangers can cause any number. It may go; the events
-- of accounts, and what workers and operators did, stay as before.
CREATE OR REPLACE FUNCTION signet_refuse_event_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.user_id IS NOT NULL OR OLD.failure IS NULL)
    AND (SELECT hard_deleted_at FROM signet_users WHERE id = OLD.user_id) IS NULL THEN
        RAISE EXCEPTION 'events are append-only';
    END IF;
    RETURN OLD;
END $$;

-- The sweep looks for what is over.
CREATE INDEX signet_events_nobodys ON signet_events (at) WHERE user_id IS NULL AND failure IS NOT NULL;
CREATE INDEX signet_users_unconfirmed ON signet_users (created_at)
WHERE email_verified_at IS NULL AND deleted_at IS NULL AND deletion_scheduled_at IS NULL;
CREATE INDEX signet_letters_failed ON signet_letters (failed_at) WHERE failed_at IS NOT NULL;
