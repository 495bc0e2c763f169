-- Copies of their data that people have asked for, one per account. The copy itself is a sealed file, named by the id.
CREATE TABLE exports (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    ready_at BIGINT,
    expires_at BIGINT,
    job TEXT NOT NULL,
    CHECK ((state = 'ready') = (ready_at IS NOT NULL)),
    CHECK ((ready_at IS NULL) = (expires_at IS NULL)),
    UNIQUE (user_id)
);
-- The sweep looks for what is not built, and for what has run out.
CREATE INDEX exports_building ON exports (requested_at) WHERE state = 'building';
CREATE INDEX exports_expires ON exports (expires_at) WHERE state = 'ready';
