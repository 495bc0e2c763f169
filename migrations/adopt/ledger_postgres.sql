-- Gives the tables of a ledger of erasures that was made before Signet's names began with "signet_" those names.
ALTER TABLE ledger RENAME TO signet_ledger;
ALTER TABLE erasures RENAME TO signet_erasures;
ALTER INDEX ledger_pkey RENAME TO signet_ledger_pkey;
ALTER INDEX erasures_pkey RENAME TO signet_erasures_pkey;
ALTER INDEX erasures_in_doubt RENAME TO signet_erasures_in_doubt;
ALTER TABLE signet_ledger RENAME CONSTRAINT ledger_position_check TO signet_ledger_position_check;
ALTER TABLE signet_erasures RENAME CONSTRAINT erasures_number_check TO signet_erasures_number_check;
ALTER TABLE signet_erasures RENAME CONSTRAINT erasures_is_certain_check TO signet_erasures_is_certain_check;
