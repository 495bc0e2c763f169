-- What the strategies soft_delete and hard_delete need.

-- The address of a deleted account is free, whether its row still has it or not.
DROP INDEX users_verified_email;
CREATE UNIQUE INDEX users_verified_email ON users (email_key)
WHERE email_verified_at IS NOT NULL AND deleted_at IS NULL;
DROP INDEX users_unverified_email;
CREATE UNIQUE INDEX users_unverified_email ON users (email_key)
WHERE email_verified_at IS NULL AND deleted_at IS NULL;

-- Set in the transaction that removes the row, so that the account's events may go before it.
ALTER TABLE users ADD COLUMN hard_deleted_at BIGINT CHECK (hard_deleted_at IS NULL OR anonymized_at IS NOT NULL);

-- The goodbye letter belongs to nobody: it outlives the row that it is about.
ALTER TABLE letters ALTER COLUMN user_id DROP NOT NULL;

-- Events stay, but for those of an account whose row goes with them.
CREATE FUNCTION refuse_event_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT hard_deleted_at FROM users WHERE id = OLD.user_id) IS NULL THEN
        RAISE EXCEPTION 'events are append-only';
    END IF;
    RETURN OLD;
END $$;
DROP TRIGGER events_keep ON events;
CREATE TRIGGER events_keep BEFORE UPDATE ON events
FOR EACH ROW EXECUTE FUNCTION refuse_event_change();
CREATE TRIGGER events_remain BEFORE DELETE ON events
FOR EACH ROW EXECUTE FUNCTION refuse_event_delete();
