-- A doubt outlives the process that has it: what the clock showed when it was first found ahead, and by how many
-- seconds. Only a word or only a doubt may be there. SQLite can only make a column nullable by making the table anew.
CREATE TABLE new_clock (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    confirmed_at BIGINT,
    doubted_at BIGINT,
    ahead BIGINT,
    CHECK ((doubted_at IS NULL) = (ahead IS NULL))
);
INSERT INTO new_clock (id, confirmed_at) SELECT id, confirmed_at FROM clock;
DROP TABLE clock;
ALTER TABLE new_clock RENAME TO clock;
