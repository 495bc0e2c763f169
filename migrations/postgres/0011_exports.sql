-- Copies of their data that people have asked for, one per account. The copy itself is a sealed file, named by the id.
CREATE TABLE signet_exports (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES signet_users (id) ON DELETE CASCADE,
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
CREATE INDEX signet_exports_building ON signet_exports (requested_at) WHERE state = 'building';
CREATE INDEX signet_exports_expires ON signet_exports (expires_at) WHERE state = 'ready';
