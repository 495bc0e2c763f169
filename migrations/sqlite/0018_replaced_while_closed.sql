-- An account that was never verified, was closed and gave way to another kept its schedule, as if its
-- deletion had been executed.
UPDATE users SET deletion_scheduled_at = NULL, delete_at = NULL, deletion_grace = 0
WHERE deleted_at IS NOT NULL AND deletion_scheduled_at IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM events e WHERE e.user_id = users.id AND e.event = 'account.deletion_executed');
