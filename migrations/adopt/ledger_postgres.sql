-- Gives the tables of a ledger of erasures that was made before Signet's names began with "signet_" those names.
ALTER TABLE ledger RENAME TO signet_ledger;
ALTER TABLE erasures RENAME TO signet_erasures;
ALTER INDEX ledger_pkey RENAME TO signet_ledger_pkey;
ALTER INDEX erasures_pkey RENAME TO signet_erasures_pkey;
ALTER INDEX erasures_in_doubt RENAME TO signet_erasures_in_doubt;
ALTER TABLE signet_ledger RENAME CONSTRAINT ledger_position_check TO signet_ledger_position_check;
ALTER TABLE signet_erasures RENAME CONSTRAINT erasures_number_check TO signet_erasures_number_check;
ALTER TABLE signet_erasures RENAME CONSTRAINT erasures_is_certain_check TO signet_erasures_is_certain_check;
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
