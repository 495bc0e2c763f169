-- The rows are the schedule: each worker claims what is due here, and no queue stands beside them.

-- Letters that somebody waits for are sent before those that come in masses.
ALTER TABLE signet_letters ADD COLUMN awaited BIGINT NOT NULL DEFAULT 1 CHECK (awaited IN (0, 1));
UPDATE signet_letters SET awaited = 0 WHERE kind IN ('deletion_reminder', 'deletion_executed');
ALTER TABLE signet_letters DROP COLUMN job;
DROP INDEX signet_letters_due;
CREATE INDEX signet_letters_due ON signet_letters (awaited, due_at) WHERE failed_at IS NULL;

-- An erasure that failed for a reason of its own waits, so that the others get their turn.
ALTER TABLE signet_users ADD COLUMN deletion_retry_at BIGINT;
ALTER TABLE signet_users DROP COLUMN deletion_job;

-- Keeps two workers from preparing the same export.
ALTER TABLE signet_exports ADD COLUMN claimed_until BIGINT;
ALTER TABLE signet_exports DROP COLUMN job;
