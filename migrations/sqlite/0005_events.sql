-- The audit log. Append-only: nothing changes an event, and events go only with the row of their account.
CREATE TABLE signet_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
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

CREATE TRIGGER signet_events_keep BEFORE UPDATE ON signet_events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER signet_events_stay BEFORE DELETE ON signet_events
WHEN (SELECT hard_deleted_at FROM signet_users WHERE id = OLD.user_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
-- SQLite fires no delete trigger for a row that REPLACE writes over.
CREATE TRIGGER signet_events_once BEFORE INSERT ON signet_events
WHEN EXISTS (SELECT 1 FROM signet_events WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER signet_event_context_keep BEFORE UPDATE ON signet_event_context
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER signet_event_context_stay BEFORE DELETE ON signet_event_context
WHEN (SELECT anonymized_at FROM signet_users WHERE id = OLD.user_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER signet_event_context_once BEFORE INSERT ON signet_event_context
WHEN EXISTS (SELECT 1 FROM signet_event_context WHERE event_id = NEW.event_id)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
