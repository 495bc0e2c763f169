-- The audit log. Append-only: nothing changes or removes an event.
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
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

CREATE TRIGGER events_keep BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
-- SQLite fires no delete trigger for a row that REPLACE writes over.
CREATE TRIGGER events_once BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_context_keep BEFORE UPDATE ON event_context
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_context_stay BEFORE DELETE ON event_context
WHEN (SELECT anonymized_at FROM users WHERE id = OLD.user_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_context_once BEFORE INSERT ON event_context
WHEN EXISTS (SELECT 1 FROM event_context WHERE event_id = NEW.event_id)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
