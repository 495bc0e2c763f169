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

-- Names of indexes, and of those that keys and unique columns made, are shared by a whole schema.
ALTER INDEX api_tokens_expires RENAME TO signet_api_tokens_expires;
ALTER INDEX api_tokens_user RENAME TO signet_api_tokens_user;
ALTER INDEX email_changes_open RENAME TO signet_email_changes_open;
ALTER INDEX event_context_user RENAME TO signet_event_context_user;
ALTER INDEX events_user RENAME TO signet_events_user;
ALTER INDEX events_user_event RENAME TO signet_events_user_event;
ALTER INDEX exports_building RENAME TO signet_exports_building;
ALTER INDEX exports_expires RENAME TO signet_exports_expires;
ALTER INDEX letters_due RENAME TO signet_letters_due;
ALTER INDEX letters_user RENAME TO signet_letters_user;
ALTER INDEX mail_links_expires RENAME TO signet_mail_links_expires;
ALTER INDEX mail_links_user RENAME TO signet_mail_links_user;
ALTER INDEX provider_attempts_expires RENAME TO signet_provider_attempts_expires;
ALTER INDEX provider_attempts_session RENAME TO signet_provider_attempts_session;
ALTER INDEX provider_attempts_user RENAME TO signet_provider_attempts_user;
ALTER INDEX sessions_last_seen RENAME TO signet_sessions_last_seen;
ALTER INDEX sessions_user RENAME TO signet_sessions_user;
ALTER INDEX sudo_codes_expires RENAME TO signet_sudo_codes_expires;
ALTER INDEX sudo_codes_session RENAME TO signet_sudo_codes_session;
ALTER INDEX users_delete_at RENAME TO signet_users_delete_at;
ALTER INDEX users_unverified_email RENAME TO signet_users_unverified_email;
ALTER INDEX users_verified_email RENAME TO signet_users_verified_email;
ALTER INDEX users_pkey RENAME TO signet_users_pkey;
ALTER INDEX sessions_pkey RENAME TO signet_sessions_pkey;
ALTER INDEX known_devices_pkey RENAME TO signet_known_devices_pkey;
ALTER INDEX mail_links_pkey RENAME TO signet_mail_links_pkey;
ALTER INDEX email_changes_pkey RENAME TO signet_email_changes_pkey;
ALTER INDEX events_pkey RENAME TO signet_events_pkey;
ALTER INDEX event_context_pkey RENAME TO signet_event_context_pkey;
ALTER INDEX letters_pkey RENAME TO signet_letters_pkey;
ALTER INDEX identities_pkey RENAME TO signet_identities_pkey;
ALTER INDEX provider_attempts_pkey RENAME TO signet_provider_attempts_pkey;
ALTER INDEX sudo_codes_pkey RENAME TO signet_sudo_codes_pkey;
ALTER INDEX api_tokens_pkey RENAME TO signet_api_tokens_pkey;
ALTER INDEX exports_pkey RENAME TO signet_exports_pkey;
ALTER INDEX clock_pkey RENAME TO signet_clock_pkey;
ALTER INDEX erasure_ledgers_pkey RENAME TO signet_erasure_ledgers_pkey;
ALTER INDEX sessions_token_hash_key RENAME TO signet_sessions_token_hash_key;
ALTER INDEX email_changes_user_id_position_key RENAME TO signet_email_changes_user_id_position_key;
ALTER INDEX identities_provider_subject_key RENAME TO signet_identities_provider_subject_key;
ALTER INDEX identities_user_id_provider_key RENAME TO signet_identities_user_id_provider_key;
ALTER INDEX api_tokens_token_hash_key RENAME TO signet_api_tokens_token_hash_key;
ALTER INDEX exports_user_id_key RENAME TO signet_exports_user_id_key;
-- Those of checks and references are shared by a table. PostgreSQL gave them, in the order of what it made.
ALTER TABLE signet_api_tokens RENAME CONSTRAINT api_tokens_user_id_fkey TO signet_api_tokens_user_id_fkey;
ALTER TABLE signet_clock RENAME CONSTRAINT clock_check TO signet_clock_check;
ALTER TABLE signet_clock RENAME CONSTRAINT clock_id_check TO signet_clock_id_check;
ALTER TABLE signet_email_changes RENAME CONSTRAINT email_changes_user_id_fkey TO signet_email_changes_user_id_fkey;
ALTER TABLE signet_erasure_ledgers RENAME CONSTRAINT erasure_ledgers_entries_check TO signet_erasure_ledgers_entries_check;
ALTER TABLE signet_event_context RENAME CONSTRAINT event_context_event_id_fkey TO signet_event_context_event_id_fkey;
ALTER TABLE signet_event_context RENAME CONSTRAINT event_context_user_id_fkey TO signet_event_context_user_id_fkey;
ALTER TABLE signet_events RENAME CONSTRAINT events_user_id_fkey TO signet_events_user_id_fkey;
ALTER TABLE signet_exports RENAME CONSTRAINT exports_check1 TO signet_exports_check1;
ALTER TABLE signet_exports RENAME CONSTRAINT exports_check TO signet_exports_check;
ALTER TABLE signet_exports RENAME CONSTRAINT exports_user_id_fkey TO signet_exports_user_id_fkey;
ALTER TABLE signet_identities RENAME CONSTRAINT identities_user_id_fkey TO signet_identities_user_id_fkey;
ALTER TABLE signet_known_devices RENAME CONSTRAINT known_devices_user_id_fkey TO signet_known_devices_user_id_fkey;
ALTER TABLE signet_letters RENAME CONSTRAINT letters_user_id_fkey TO signet_letters_user_id_fkey;
ALTER TABLE signet_mail_links RENAME CONSTRAINT mail_links_user_id_fkey TO signet_mail_links_user_id_fkey;
ALTER TABLE signet_provider_attempts RENAME CONSTRAINT provider_attempts_check TO signet_provider_attempts_check;
ALTER TABLE signet_provider_attempts RENAME CONSTRAINT provider_attempts_session_id_fkey TO signet_provider_attempts_session_id_fkey;
ALTER TABLE signet_provider_attempts RENAME CONSTRAINT provider_attempts_user_id_fkey TO signet_provider_attempts_user_id_fkey;
ALTER TABLE signet_sessions RENAME CONSTRAINT sessions_user_id_fkey TO signet_sessions_user_id_fkey;
ALTER TABLE signet_sudo_codes RENAME CONSTRAINT sudo_codes_session_id_fkey TO signet_sudo_codes_session_id_fkey;
ALTER TABLE signet_sudo_codes RENAME CONSTRAINT sudo_codes_user_id_fkey TO signet_sudo_codes_user_id_fkey;
ALTER TABLE signet_users RENAME CONSTRAINT users_check3 TO signet_users_check5;
ALTER TABLE signet_users RENAME CONSTRAINT users_check4 TO signet_users_check;
ALTER TABLE signet_users RENAME CONSTRAINT users_check2 TO signet_users_check4;
ALTER TABLE signet_users RENAME CONSTRAINT users_check1 TO signet_users_check3;
ALTER TABLE signet_users RENAME CONSTRAINT users_check TO signet_users_check2;
ALTER TABLE signet_users RENAME CONSTRAINT users_check5 TO signet_users_check1;
-- From PostgreSQL 18 on, NOT NULL has a name there too.
DO $$ DECLARE named record; BEGIN
    FOR named IN
        SELECT c.conrelid::regclass AS on_table, c.conname AS name FROM pg_constraint c
        JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE c.contype = 'n' AND n.nspname = current_schema()
        AND t.relname LIKE 'signet\_%' AND c.conname NOT LIKE 'signet\_%'
    LOOP
        EXECUTE format(
            'ALTER TABLE %s RENAME CONSTRAINT %I TO %I', named.on_table, named.name, 'signet_' || named.name
        );
    END LOOP;
END $$;
ALTER SEQUENCE events_id_seq RENAME TO signet_events_id_seq;

ALTER FUNCTION refuse_nearer_date() RENAME TO signet_refuse_nearer_date;
ALTER FUNCTION refuse_event_change() RENAME TO signet_refuse_event_change;
ALTER FUNCTION refuse_event_delete() RENAME TO signet_refuse_event_delete;
CREATE OR REPLACE FUNCTION signet_refuse_event_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT hard_deleted_at FROM signet_users WHERE id = OLD.user_id) IS NULL THEN
        RAISE EXCEPTION 'events are append-only';
    END IF;
    RETURN OLD;
END $$;
ALTER FUNCTION refuse_event_context_delete() RENAME TO signet_refuse_event_context_delete;
CREATE OR REPLACE FUNCTION signet_refuse_event_context_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT anonymized_at FROM signet_users WHERE id = OLD.user_id) IS NULL THEN
        RAISE EXCEPTION 'events are append-only';
    END IF;
    RETURN OLD;
END $$;
ALTER TRIGGER users_promise ON signet_users RENAME TO signet_users_promise;
ALTER TRIGGER events_keep ON signet_events RENAME TO signet_events_keep;
ALTER TRIGGER events_stay ON signet_events RENAME TO signet_events_stay;
ALTER TRIGGER event_context_keep ON signet_event_context RENAME TO signet_event_context_keep;
ALTER TRIGGER event_context_stay ON signet_event_context RENAME TO signet_event_context_stay;
ALTER TRIGGER event_context_whole ON signet_event_context RENAME TO signet_event_context_whole;
ALTER TRIGGER events_remain ON signet_events RENAME TO signet_events_remain;

-- The queue's schema goes, unless somebody else uses it or owns it.
DO $$ BEGIN
    IF to_regclass('apalis.jobs') IS NOT NULL THEN
        DELETE FROM apalis.jobs WHERE job_type IN ('send_letter', 'execute_deletion', 'build_export');
        IF NOT EXISTS (SELECT 1 FROM apalis.jobs) THEN
            DROP SCHEMA apalis CASCADE;
        END IF;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE WARNING 'the schema apalis belongs to another role and stays; nothing uses it any more';
END $$;
