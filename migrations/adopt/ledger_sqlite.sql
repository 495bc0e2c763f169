-- Gives the tables of a ledger of erasures that was made before Signet's names began with "signet_" those names.
ALTER TABLE ledger RENAME TO signet_ledger;
ALTER TABLE erasures RENAME TO signet_erasures;
DROP INDEX erasures_in_doubt;
CREATE INDEX signet_erasures_in_doubt ON signet_erasures (number) WHERE is_certain = 0;
