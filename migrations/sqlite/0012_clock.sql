-- What operators and processes know of the clock, at most one row: when an operator last said that it is right, by
-- that clock; or a doubt, which outlives the process that has it: what the clock showed when it was first found ahead,
-- and by how many seconds. Only a word or only a doubt may be there.
CREATE TABLE signet_clock (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    confirmed_at BIGINT,
    doubted_at BIGINT,
    ahead BIGINT,
    CHECK ((doubted_at IS NULL) = (ahead IS NULL))
);
