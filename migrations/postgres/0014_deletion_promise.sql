-- The grace period as it was promised when the deletion was scheduled, in seconds: no statement can
-- bring the date of the erasure nearer than that. 0 for what was scheduled before this column.
ALTER TABLE users ADD COLUMN deletion_grace BIGINT NOT NULL DEFAULT 0
    CHECK (delete_at IS NULL OR delete_at - deletion_scheduled_at >= deletion_grace);
