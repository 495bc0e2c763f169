-- Gives the tables of a database that was made before Signet's names began with "signet_" those names, and ends the job
-- queue that it had. Run once, in one transaction; what stood in the rows stays in them. An older process that still
-- runs finds its tables gone, so each of its statements fails.

ALTER TABLE users RENAME TO signet_users;
ALTER TABLE sessions RENAME TO signet_sessions;
ALTER TABLE known_devices RENAME TO signet_known_devices;
ALTER TABLE mail_links RENAME TO signet_mail_links;
ALTER TABLE email_changes RENAME TO signet_email_changes;
ALTER TABLE events RENAME TO signet_events;
ALTER TABLE event_context RENAME TO signet_event_context;
ALTER TABLE letters RENAME TO signet_letters;
ALTER TABLE identities RENAME TO signet_identities;
ALTER TABLE provider_attempts RENAME TO signet_provider_attempts;
ALTER TABLE sudo_codes RENAME TO signet_sudo_codes;
ALTER TABLE api_tokens RENAME TO signet_api_tokens;
ALTER TABLE exports RENAME TO signet_exports;
ALTER TABLE clock RENAME TO signet_clock;
ALTER TABLE erasure_ledgers RENAME TO signet_erasure_ledgers;

-- SQLite cannot rename indexes and triggers: they are made anew.
DROP INDEX users_verified_email;
CREATE UNIQUE INDEX signet_users_verified_email ON signet_users (email_key)
WHERE email_verified_at IS NOT NULL AND deleted_at IS NULL;
DROP INDEX users_unverified_email;
CREATE UNIQUE INDEX signet_users_unverified_email ON signet_users (email_key)
WHERE email_verified_at IS NULL AND deleted_at IS NULL;
DROP INDEX users_delete_at;
CREATE INDEX signet_users_delete_at ON signet_users (delete_at) WHERE delete_at IS NOT NULL AND deleted_at IS NULL;
DROP INDEX sessions_user;
CREATE INDEX signet_sessions_user ON signet_sessions (user_id);
DROP INDEX sessions_last_seen;
CREATE INDEX signet_sessions_last_seen ON signet_sessions (last_seen_at);
DROP INDEX mail_links_user;
CREATE INDEX signet_mail_links_user ON signet_mail_links (user_id, purpose);
DROP INDEX mail_links_expires;
CREATE INDEX signet_mail_links_expires ON signet_mail_links (expires_at);
DROP INDEX email_changes_open;
CREATE UNIQUE INDEX signet_email_changes_open ON signet_email_changes (user_id) WHERE state = 'open';
DROP INDEX events_user;
CREATE INDEX signet_events_user ON signet_events (user_id, id);
DROP INDEX events_user_event;
CREATE INDEX signet_events_user_event ON signet_events (user_id, event, id);
DROP INDEX event_context_user;
CREATE INDEX signet_event_context_user ON signet_event_context (user_id);
DROP INDEX letters_user;
CREATE INDEX signet_letters_user ON signet_letters (user_id, kind);
DROP INDEX letters_due;
CREATE INDEX signet_letters_due ON signet_letters (due_at) WHERE failed_at IS NULL;
DROP INDEX provider_attempts_user;
CREATE INDEX signet_provider_attempts_user ON signet_provider_attempts (user_id);
DROP INDEX provider_attempts_session;
CREATE INDEX signet_provider_attempts_session ON signet_provider_attempts (session_id);
DROP INDEX provider_attempts_expires;
CREATE INDEX signet_provider_attempts_expires ON signet_provider_attempts (expires_at);
DROP INDEX sudo_codes_session;
CREATE INDEX signet_sudo_codes_session ON signet_sudo_codes (session_id);
DROP INDEX sudo_codes_expires;
CREATE INDEX signet_sudo_codes_expires ON signet_sudo_codes (expires_at);
DROP INDEX api_tokens_user;
CREATE INDEX signet_api_tokens_user ON signet_api_tokens (user_id);
DROP INDEX api_tokens_expires;
CREATE INDEX signet_api_tokens_expires ON signet_api_tokens (expires_at);
DROP INDEX exports_building;
CREATE INDEX signet_exports_building ON signet_exports (requested_at) WHERE state = 'building';
DROP INDEX exports_expires;
CREATE INDEX signet_exports_expires ON signet_exports (expires_at) WHERE state = 'ready';
DROP TRIGGER users_promise;
CREATE TRIGGER signet_users_promise BEFORE UPDATE OF delete_at ON signet_users
WHEN NEW.delete_at < OLD.delete_at
BEGIN SELECT RAISE(ABORT, 'a promised date comes no nearer'); END;
DROP TRIGGER events_keep;
CREATE TRIGGER signet_events_keep BEFORE UPDATE ON signet_events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
DROP TRIGGER events_stay;
CREATE TRIGGER signet_events_stay BEFORE DELETE ON signet_events
WHEN (SELECT hard_deleted_at FROM signet_users WHERE id = OLD.user_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
DROP TRIGGER events_once;
CREATE TRIGGER signet_events_once BEFORE INSERT ON signet_events
WHEN EXISTS (SELECT 1 FROM signet_events WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
DROP TRIGGER event_context_keep;
CREATE TRIGGER signet_event_context_keep BEFORE UPDATE ON signet_event_context
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
DROP TRIGGER event_context_stay;
CREATE TRIGGER signet_event_context_stay BEFORE DELETE ON signet_event_context
WHEN (SELECT anonymized_at FROM signet_users WHERE id = OLD.user_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
DROP TRIGGER event_context_once;
CREATE TRIGGER signet_event_context_once BEFORE INSERT ON signet_event_context
WHEN EXISTS (SELECT 1 FROM signet_event_context WHERE event_id = NEW.event_id)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

DROP TABLE IF EXISTS Jobs;
DROP TABLE IF EXISTS Workers;
