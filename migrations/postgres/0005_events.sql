-- The audit log. Append-only: nothing changes an event, and events go only with the row of their account.
CREATE TABLE signet_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    user_id TEXT REFERENCES signet_users (id),
    actor TEXT NOT NULL,
    event TEXT NOT NULL,
    failure TEXT,
    session_id TEXT,
    request BIGINT
);
CREATE INDEX signet_events_user ON signet_events (user_id, id);
-- The security log of an account, one kind of event at a time.
CREATE INDEX signet_events_user_event ON signet_events (user_id, event, id);

-- What is personal about an event. Goes when its account is anonymized, and only then.
CREATE TABLE signet_event_context (
    event_id BIGINT PRIMARY KEY NOT NULL REFERENCES signet_events (id),
    user_id TEXT NOT NULL REFERENCES signet_users (id),
    ip TEXT,
    user_agent TEXT,
    detail TEXT
);
CREATE INDEX signet_event_context_user ON signet_event_context (user_id);

CREATE FUNCTION signet_refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'events are append-only'; END $$;
CREATE FUNCTION signet_refuse_event_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT hard_deleted_at FROM signet_users WHERE id = OLD.user_id) IS NULL THEN
        RAISE EXCEPTION 'events are append-only';
    END IF;
    RETURN OLD;
END $$;
CREATE FUNCTION signet_refuse_event_context_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT anonymized_at FROM signet_users WHERE id = OLD.user_id) IS NULL THEN
        RAISE EXCEPTION 'events are append-only';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER signet_events_keep BEFORE UPDATE ON signet_events
FOR EACH ROW EXECUTE FUNCTION signet_refuse_event_change();
CREATE TRIGGER signet_events_stay BEFORE TRUNCATE ON signet_events
FOR EACH STATEMENT EXECUTE FUNCTION signet_refuse_event_change();
CREATE TRIGGER signet_event_context_keep BEFORE UPDATE ON signet_event_context
FOR EACH ROW EXECUTE FUNCTION signet_refuse_event_change();
CREATE TRIGGER signet_event_context_stay BEFORE DELETE ON signet_event_context
FOR EACH ROW EXECUTE FUNCTION signet_refuse_event_context_delete();
CREATE TRIGGER signet_event_context_whole BEFORE TRUNCATE ON signet_event_context
FOR EACH STATEMENT EXECUTE FUNCTION signet_refuse_event_change();
CREATE TRIGGER signet_events_remain BEFORE DELETE ON signet_events
FOR EACH ROW EXECUTE FUNCTION signet_refuse_event_delete();
