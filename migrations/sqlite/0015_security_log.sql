-- The security log as the program sees it: each event with what is personal about it, read and appended in one statement.
CREATE VIEW signet_security_log AS
SELECT e.id, e.at, e.user_id, e.actor, e.event, e.failure, e.session_id, e.request, c.ip, c.user_agent, c.detail
FROM signet_events e LEFT JOIN signet_event_context c ON c.event_id = e.id;

-- An event about nobody, and one of a worker, has nothing personal about it.
CREATE TRIGGER signet_security_log_append INSTEAD OF INSERT ON signet_security_log
BEGIN
    INSERT INTO signet_events (at, user_id, actor, event, failure, session_id, request)
    VALUES (NEW.at, NEW.user_id, NEW.actor, NEW.event, NEW.failure, NEW.session_id, NEW.request);
    INSERT INTO signet_event_context (event_id, user_id, ip, user_agent, detail)
    SELECT last_insert_rowid(), NEW.user_id, NEW.ip, NEW.user_agent, NEW.detail
    WHERE NEW.user_id IS NOT NULL AND (NEW.ip IS NOT NULL OR NEW.user_agent <> '' OR NEW.detail IS NOT NULL);
END;
