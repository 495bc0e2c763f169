-- When an open page of the session last refreshed itself. It does not keep the session alive, and is only shown.
ALTER TABLE signet_sessions ADD COLUMN looked_at BIGINT;
