-- The issuer that gave a login its subject. Another issuer may give the same subject to another person. NULL: linked by
-- an earlier version; the issuer of the settings is noted at the next start.
ALTER TABLE signet_identities ADD COLUMN issuer TEXT;
