//! Providers: every statement.

mod identities;
mod provider_attempts;
