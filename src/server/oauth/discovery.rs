//! What an `OpenID` provider says of itself: its addresses and its keys, asked for when they
//! are first needed and again when they are old.

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

/// How long an answer is good for.
const KEPT: Span = Span::hours(1);
/// How long a provider that is down is not asked again, so that not everybody who comes
/// waits for it.
const DOWN: Span = Span::seconds(5);
/// How often keys are fetched because a token was signed with an unknown one (`OpenID` Connect
/// Core 1.0 §10.1.1): a provider that signs nonsense does not make us ask for every token.
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

/// Asks for a provider's metadata and remembers the answer.
pub struct Discovery {
    issuer: String,
    http: HttpClient,
    clock: Clock,
    /// Held while asking, so that many who come at once ask once.
    last: Mutex<Last>,
}

/// What came of asking last.
enum Last {
    Nothing,
    Answer { metadata: Arc<Metadata>, at: Timestamp, keys_at: Option<Timestamp> },
    Down { fault: Fault, at: Timestamp },
}

impl Discovery {
    pub fn new(issuer: &str, http: HttpClient, clock: Clock) -> Self {
        Self { issuer: issuer.to_owned(), http, clock, last: Mutex::new(Last::Nothing) }
    }

    /// The metadata, with the keys.
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
                // From the end on: asking may have taken as long as it counts.
                *last = Last::Down { fault, at: self.clock.now() };
                Err(fault)
            }
        }
    }

    /// The metadata with keys fetched anew, because those of `known` were not enough; `None`
    /// when they were fetched a short while ago.
    pub async fn with_new_keys(&self, known: &Arc<Metadata>) -> Result<Option<Arc<Metadata>>, Fault> {
        let mut last = self.last.lock().await;
        let now = self.clock.now();
        let Last::Answer { metadata, keys_at, .. } = &mut *last else {
            return Ok(None);
        };
        if !Arc::ptr_eq(metadata, known) {
            // Somebody else was faster.
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
        // A browser is sent to the one, our secret to the other.
        let token = metadata.token_endpoint().ok_or(Fault::Untrusted("endpoint"))?;
        let is_safe = [metadata.authorization_endpoint().url(), token.url()].iter().all(|url| self.http.may_ask(url));
        if is_safe { Ok(metadata) } else { Err(Fault::Untrusted("endpoint")) }
    }
}

/// Whether what was learned at `at` still counts; not when the clock went back.
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
