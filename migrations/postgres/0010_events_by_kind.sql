-- The security log of an account, one kind of event at a time.
CREATE INDEX events_user_event ON events (user_id, event, id);
