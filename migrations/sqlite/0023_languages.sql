-- The language in which an account gets its letters, by its name in BCP 47; empty for accounts of earlier versions. A
-- letter has the language that its account had when it was queued.
ALTER TABLE signet_users ADD COLUMN language TEXT;
ALTER TABLE signet_letters ADD COLUMN language TEXT;
