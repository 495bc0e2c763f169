-- The audit log. Append-only: nothing changes or removes an event.
CREATE TABLE events (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    user_id TEXT REFERENCES users (id),
    actor TEXT NOT NULL,
    event TEXT NOT NULL,
    failure TEXT,
    session_id TEXT,
    request BIGINT
);
CREATE INDEX events_user ON events (user_id, id);

-- What is personal about an event. Goes when its account is anonymized, and only then.
CREATE TABLE event_context (
    event_id BIGINT PRIMARY KEY NOT NULL REFERENCES events (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    ip TEXT,
    user_agent TEXT,
    detail TEXT
);
CREATE INDEX event_context_user ON event_context (user_id);

CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'events are append-only'; END $$;
CREATE FUNCTION refuse_event_context_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT anonymized_at FROM users WHERE id = OLD.user_id) IS NULL THEN
        RAISE EXCEPTION 'events are append-only';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER events_keep BEFORE UPDATE OR DELETE ON events
FOR EACH ROW EXECUTE FUNCTION refuse_event_change();
CREATE TRIGGER events_stay BEFORE TRUNCATE ON events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change();
CREATE TRIGGER event_context_keep BEFORE UPDATE ON event_context
FOR EACH ROW EXECUTE FUNCTION refuse_event_change();
CREATE TRIGGER event_context_stay BEFORE DELETE ON event_context
FOR EACH ROW EXECUTE FUNCTION refuse_event_context_delete();
CREATE TRIGGER event_context_whole BEFORE TRUNCATE ON event_context
FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change();
