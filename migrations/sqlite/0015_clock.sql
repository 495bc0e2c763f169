-- When an operator last said that the clock is right, by that clock. At most one row.
CREATE TABLE clock (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    confirmed_at BIGINT NOT NULL
);
