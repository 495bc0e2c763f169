//! Fetches the metadata of an `OpenID` provider (its addresses and keys) at first use, and again when it is out of
//! date.

use std::sync::Arc;

use openidconnect::{
    AdditionalProviderMetadata, DiscoveryError, IssuerUrl, JsonWebKeySet, ProviderMetadata,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
        CoreSubjectIdentifierType,
    },
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::{Fault, http_client::HttpClient};
use crate::{
    domain::time::{Span, Timestamp},
    server::clock::Clock,
};

/// How long fetched metadata is used.
const KEPT: Span = Span::hours(1);
/// For how long Signet does not ask an unreachable provider again, so that not every user has to wait for its
/// timeout.
const DOWN: Span = Span::seconds(5);
/// How often keys are fetched because a token was signed with an unknown one (`OpenID` Connect Core 1.0 §10.1.1).
/// Without a limit, a provider with invalid signatures would cause a request for every token.
const KEYS: Span = Span::minutes(1);

/// The metadata of a provider (`OpenID` Connect Discovery 1.0 §3).
pub type Metadata = ProviderMetadata<
    AnswersIssuer,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Whether the provider names itself when it sends a browser back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct AnswersIssuer {
    /// RFC 9207 §3.
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for AnswersIssuer {}

/// Fetches the metadata of a provider and caches it.
pub struct Discovery {
    issuer: String,
    http: HttpClient,
    clock: Clock,
    /// Locked during a request, so that concurrent callers share one request.
    last: Mutex<Last>,
}

/// The result of the last request.
enum Last {
    Nothing,
    Answer { metadata: Arc<Metadata>, at: Timestamp, keys_at: Option<Timestamp> },
    Down { fault: Fault, at: Timestamp },
}

impl Discovery {
    pub fn new(issuer: &str, http: HttpClient, clock: Clock) -> Self {
        Self { issuer: issuer.to_owned(), http, clock, last: Mutex::new(Last::Nothing) }
    }

    /// The metadata with the keys, from the cache if it is fresh.
    pub async fn metadata(&self) -> Result<Arc<Metadata>, Fault> {
        let mut last = self.last.lock().await;
        let now = self.clock.now();
        match &*last {
            Last::Answer { metadata, at, .. } if is_fresh(*at, KEPT, now) => return Ok(Arc::clone(metadata)),
            Last::Down { fault, at } if is_fresh(*at, DOWN, now) => return Err(*fault),
            _ => {}
        }
        match self.ask().await {
            Ok(found) => {
                let metadata = Arc::new(found);
                *last = Last::Answer { metadata: Arc::clone(&metadata), at: self.clock.now(), keys_at: None };
                Ok(metadata)
            }
            Err(fault) => {
                // Count from the end of the request, which may itself have taken as long as `DOWN`.
                *last = Last::Down { fault, at: self.clock.now() };
                Err(fault)
            }
        }
    }

    /// The metadata with newly fetched keys, because those of `known` did not verify a token. `None` if the keys
    /// were fetched less than a minute ago.
    pub async fn with_new_keys(&self, known: &Arc<Metadata>) -> Result<Option<Arc<Metadata>>, Fault> {
        let mut last = self.last.lock().await;
        let now = self.clock.now();
        let Last::Answer { metadata, keys_at, .. } = &mut *last else {
            return Ok(None);
        };
        if !Arc::ptr_eq(metadata, known) {
            // A concurrent caller has already fetched it.
            return Ok(Some(Arc::clone(metadata)));
        }
        if keys_at.is_some_and(|at| is_fresh(at, KEYS, now)) {
            return Ok(None);
        }
        *keys_at = Some(now);
        let keys = JsonWebKeySet::fetch_async(metadata.jwks_uri(), &self.http).await.map_err(|error| fault(&error))?;
        *metadata = Arc::new(Metadata::clone(metadata).set_jwks(keys));
        Ok(Some(Arc::clone(metadata)))
    }

    async fn ask(&self) -> Result<Metadata, Fault> {
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(|_| Fault::Untrusted("issuer"))?;
        let metadata = Metadata::discover_async(issuer, &self.http).await.map_err(|error| fault(&error))?;
        // The browser is sent to one of these addresses, and our client secret to the other.
        let token = metadata.token_endpoint().ok_or(Fault::Untrusted("endpoint"))?;
        let is_safe = [metadata.authorization_endpoint().url(), token.url()].iter().all(|url| self.http.may_ask(url));
        if is_safe { Ok(metadata) } else { Err(Fault::Untrusted("endpoint")) }
    }
}

/// Whether a value of the time `at` is still fresh; never if the clock was set back.
fn is_fresh(at: Timestamp, span: Span, now: Timestamp) -> bool {
    at <= now && now < at.plus(span)
}

fn fault(error: &DiscoveryError<Fault>) -> Fault {
    match error {
        DiscoveryError::Request(fault) => *fault,
        DiscoveryError::Response(..) => Fault::Untrusted("status"),
        DiscoveryError::Validation(_) => Fault::Untrusted("issuer"),
        DiscoveryError::UrlParse(_) => Fault::Untrusted("endpoint"),
        _ => Fault::Untrusted("malformed"),
    }
}
