-- A doubt outlives the process that has it: what the clock showed when it was first found ahead, and by how many
-- seconds. Only a word or only a doubt may be there.
ALTER TABLE clock
    ALTER COLUMN confirmed_at DROP NOT NULL,
    ADD COLUMN doubted_at BIGINT,
    ADD COLUMN ahead BIGINT,
    ADD CHECK ((doubted_at IS NULL) = (ahead IS NULL));
