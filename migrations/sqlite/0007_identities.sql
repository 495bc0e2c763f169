-- Logins at providers that are ways in to an account. A login is a provider and its word for the person,
-- never an address: email is what the provider had verified when it was linked, a label and no more.
CREATE TABLE signet_identities (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES signet_users (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT,
    stamp BIGINT NOT NULL,
    no_auth_time BIGINT NOT NULL DEFAULT 0,
    linked_at BIGINT NOT NULL,
    last_used_at BIGINT,
    UNIQUE (provider, subject),
    UNIQUE (user_id, provider)
);
