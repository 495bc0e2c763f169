-- The reason that an operator gave for acting on an account, for the letter that tells its owner.
ALTER TABLE signet_letters ADD COLUMN reason TEXT;
