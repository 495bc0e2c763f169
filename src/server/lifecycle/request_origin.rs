//! The origin of a request.

use std::net::IpAddr;

use crate::{domain::language::Language, server::crypto::session_token::DeviceToken};

/// The origin of a request, for the security log, the session list and the new-device letter. It does not prove who
/// the caller is.
#[derive(Clone, Debug)]
pub struct RequestOrigin {
    /// The client's address, if known; trusted proxies may name it.
    pub ip: Option<IpAddr>,
    /// The `User-Agent` header: at most 512 characters, no control characters.
    pub user_agent: String,
    /// The browser's device cookie.
    pub device: Option<DeviceToken>,
    /// The request's number in the log.
    pub request: u64,
    /// The language of the person who sends it.
    pub language: Language,
}

impl RequestOrigin {
    /// The origin of a worker's action: no browser, no address.
    #[must_use]
    pub const fn worker() -> Self {
        Self { ip: None, user_agent: String::new(), device: None, request: 0, language: Language::English }
    }

    /// The address as text.
    #[must_use]
    pub fn ip_text(&self) -> Option<String> {
        self.ip.map(|ip| ip.to_string())
    }

    /// SHA-256 of the device cookie.
    #[must_use]
    pub fn device_hash(&self) -> Option<[u8; 32]> {
        self.device.as_ref().map(DeviceToken::hash)
    }
}
