-- Lets the role `signet_server` serve the site, and nothing more: it owns no table, so it can neither change one nor
-- drop the triggers that keep the security log append-only.
--
-- Make the role once:   CREATE ROLE signet_server LOGIN PASSWORD '…';
-- Run this as the role that owns the tables, after each `signet migrate`:
--   psql -v ON_ERROR_STOP=1 -f scripts/postgres-role.sql "postgres://OWNER@HOST/NAME"
DO $$
DECLARE
    place text := quote_ident(current_schema());
    item record;
BEGIN
    EXECUTE 'GRANT USAGE ON SCHEMA ' || place || ' TO signet_server';
    -- Before PostgreSQL 15 everybody may make tables in the schema `public`.
    EXECUTE 'REVOKE CREATE ON SCHEMA ' || place || ' FROM PUBLIC, signet_server';
    FOR item IN
        SELECT relname, relkind FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relname LIKE 'signet\_%' AND relkind IN ('r', 'v', 'S')
    LOOP
        EXECUTE format('REVOKE ALL ON %I FROM signet_server', item.relname);
        IF item.relname IN ('signet_migrations', 'signet_ledger_migrations') THEN
            EXECUTE format('GRANT SELECT ON %I TO signet_server', item.relname);
        ELSIF item.relname IN ('signet_events', 'signet_event_context', 'signet_security_log') THEN
            -- Nothing changes an event; the triggers say when one may go.
            EXECUTE format('GRANT SELECT, INSERT, DELETE ON %I TO signet_server', item.relname);
        ELSIF item.relkind = 'S' THEN
            EXECUTE format('GRANT USAGE ON SEQUENCE %I TO signet_server', item.relname);
        ELSE
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO signet_server', item.relname);
        END IF;
    END LOOP;
END $$;
