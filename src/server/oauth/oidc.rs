//! `OpenID` Connect: the code flow with PKCE, and the checks of the ID token.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use oauth2::{
    AccessToken, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use openidconnect::{
    ClaimsVerificationError, IdTokenVerifier, Nonce, SignatureVerificationError, SubjectIdentifier, TokenResponse,
    UserInfoError,
    core::{
        CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreIdTokenClaims,
        CoreJsonWebKey, CoreJwsSigningAlgorithm as Algorithm, CoreUserInfoClaims,
    },
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    address::NamedAddress,
    discovery::{Discovery, Metadata},
    fault::{Fault, token_fault},
    http_client::HttpClient,
};
use crate::{
    domain::{
        providers::{AskFor, AuthTime, CLOCK_LEEWAY, Identity, ProviderId, ResponseMode, Subject, TrustEmail},
        time::Timestamp,
    },
    server::{clock::Clock, config, crypto::attempt::AttemptSecret},
};

/// The accepted signatures: only with a private key of the provider. An unsigned token is refused, and so is one
/// signed with a secret that we know too (RFC 8725 §3.1 and §3.2).
const ALGORITHMS: [Algorithm; 4] =
    [Algorithm::RsaSsaPkcs1V15Sha256, Algorithm::RsaSsaPssSha256, Algorithm::EcdsaP256Sha256, Algorithm::EdDsa];
/// The `openidconnect` client that the metadata gives.
type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// One `OpenID` provider.
pub struct Oidc {
    id: ProviderId,
    issuer: String,
    client_id: String,
    client_secret: SecretString,
    redirect_uri: String,
    trust_email: TrustEmail,
    response_mode: ResponseMode,
    http: HttpClient,
    clock: Clock,
    discovery: Discovery,
}

impl Oidc {
    pub fn new(provider: &config::Provider, redirect_uri: String, http: HttpClient, clock: Clock) -> Self {
        Self {
            id: provider.id.clone(),
            issuer: provider.issuer.clone(),
            client_id: provider.client_id.clone(),
            client_secret: provider.client_secret.clone(),
            redirect_uri,
            trust_email: provider.trust_email,
            response_mode: provider.response_mode,
            discovery: Discovery::new(&provider.issuer, http.clone(), clock.clone()),
            http,
            clock,
        }
    }

    /// The address to send the browser to.
    pub async fn authorization_url(&self, secret: &AttemptSecret, ask: AskFor) -> Result<Url, Fault> {
        let client = self.client(&*self.discovery.metadata().await?)?;
        let (state, nonce) = (secret.state(), secret.nonce());
        let request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state.expose_secret().to_owned()),
            move || Nonce::new(nonce.expose_secret().to_owned()),
        );
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier(secret));
        let request = request.add_scope(Scope::new("email".to_owned())).set_pkce_challenge(challenge);
        let request = match self.response_mode {
            ResponseMode::Query => request,
            ResponseMode::FormPost => request.add_extra_param("response_mode", "form_post"),
        };
        let request = match ask {
            AskFor::SignIn | AskFor::Link => request,
            // The user has to authenticate again, and the ID token to contain `auth_time` (OpenID Connect Core 1.0
            // §3.1.2.1, §2).
            AskFor::Sudo => request.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO),
        };
        Ok(request.url().0)
    }

    /// The identity that the provider proves for the `code` that the browser brought back.
    pub async fn exchange(&self, secret: &AttemptSecret, code: &str, iss: Option<&str>) -> Result<Identity, Fault> {
        let metadata = self.discovery.metadata().await?;
        self.check_sender(&metadata, iss)?;
        let client = self.client(&metadata)?;
        let request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
        let request = request.map_err(|_| Fault::Untrusted("endpoint"))?.set_pkce_verifier(verifier(secret));
        let answer = request.request_async(&self.http).await.map_err(|error| token_fault(&error))?;
        let token = answer.id_token().ok_or(Fault::Untrusted("no_id_token"))?;
        let claims = self.claims(&metadata, token, secret).await?;
        let identity = self.identity(&claims, &metadata)?;
        let mut address = NamedAddress {
            email: claims.email().map(|email| email.as_str().to_owned()),
            is_verified: claims.email_verified(),
        };
        if address.is_thin(self.trust_email) {
            let user_info = self.user_info(&client, answer.access_token().clone(), claims.subject().clone());
            address = address.or(user_info.await?);
        }
        Ok(Identity { email: address.trusted(self.trust_email), ..identity })
    }

    /// What the provider says at its userinfo endpoint (`OpenID` Connect Core 1.0 §5.3). Nothing if it has none, or if
    /// it fails: a user whose login is linked needs no address.
    async fn user_info(
        &self,
        client: &Client,
        token: AccessToken,
        subject: SubjectIdentifier,
    ) -> Result<NamedAddress, Fault> {
        let Ok(request) = client.user_info(token, Some(subject)) else {
            return Ok(NamedAddress::default());
        };
        let answer: Result<CoreUserInfoClaims, _> = request.request_async(&self.http).await;
        match answer {
            Ok(claims) => Ok(NamedAddress {
                email: claims.email().map(|email| email.as_str().to_owned()),
                is_verified: claims.email_verified(),
            }),
            // Another person's: the access token was swapped.
            Err(UserInfoError::ClaimsVerification(ClaimsVerificationError::InvalidSubject(_))) => {
                Err(Fault::Untrusted("userinfo_subject"))
            }
            Err(error) => {
                let word = user_info_word(&error);
                tracing::warn!(provider = %self.id, word, "the userinfo endpoint came to nothing");
                Ok(NamedAddress::default())
            }
        }
    }

    /// Checks that the response came from this provider, and not from another one with which the browser also has
    /// an attempt (RFC 9207 §2.4; checklist A32).
    fn check_sender(&self, metadata: &Metadata, iss: Option<&str>) -> Result<(), Fault> {
        let must = metadata.additional_metadata().authorization_response_iss_parameter_supported;
        match iss {
            Some(iss) if iss == self.issuer => Ok(()),
            None if !must => Ok(()),
            _ => Err(Fault::Untrusted("iss")),
        }
    }

    /// The claims of a token that passes every check. Fetches the keys again if the token may have a new one.
    async fn claims(
        &self,
        metadata: &Arc<Metadata>,
        token: &CoreIdToken,
        secret: &AttemptSecret,
    ) -> Result<CoreIdTokenClaims, Fault> {
        let nonce = Nonce::new(secret.nonce().expose_secret().to_owned());
        let refusal = match token.claims(&self.token_verifier(metadata), &nonce) {
            Ok(claims) => return Ok(claims.clone()),
            Err(refusal) => refusal,
        };
        if !may_be_new_key(&refusal) {
            return Err(claims_fault(&refusal));
        }
        match self.discovery.with_new_keys(metadata).await? {
            None => Err(claims_fault(&refusal)),
            Some(metadata) => {
                let claims = token.claims(&self.token_verifier(&metadata), &nonce);
                claims.cloned().map_err(|refusal| claims_fault(&refusal))
            }
        }
    }

    /// A verifier that does not know our client secret, so that it accepts no token signed with that. It takes the
    /// time from our clock.
    fn token_verifier(&self, metadata: &Metadata) -> IdTokenVerifier<'_, CoreJsonWebKey> {
        let client_id = ClientId::new(self.client_id.clone());
        let late = self.clock.now().minus(CLOCK_LEEWAY);
        let since_1970 = Duration::from_secs(u64::try_from(late.0).unwrap_or(0));
        let verifier =
            IdTokenVerifier::new_public_client(client_id, metadata.issuer().clone(), metadata.jwks().clone());
        verifier.set_allowed_algs(ALGORITHMS).set_time_fn(move || (SystemTime::UNIX_EPOCH + since_1970).into())
    }

    /// The identity without an address, if the claims that the library does not check are right too.
    fn identity(&self, claims: &CoreIdTokenClaims, metadata: &Metadata) -> Result<Identity, Fault> {
        // The library does not check the authorized party (OpenID Connect Core 1.0 §3.1.3.7, 5).
        if claims.authorized_party().is_some_and(|party| **party != self.client_id) {
            return Err(Fault::Untrusted("authorized_party"));
        }
        if claims.issue_time().timestamp() > self.clock.now().plus(CLOCK_LEEWAY).0 {
            return Err(Fault::Untrusted("not_yet"));
        }
        Ok(Identity {
            provider: self.id.clone(),
            issuer: self.issuer.clone(),
            subject: Subject::parse(claims.subject().as_str()).ok_or(Fault::Untrusted("subject"))?,
            email: None,
            auth_time: claims.auth_time().map(|time| AuthTime {
                at: Timestamp(time.timestamp()),
                issued_at: Timestamp(claims.issue_time().timestamp()),
                received_at: self.clock.now(),
            }),
            tells_auth_time: metadata
                .claims_supported()
                .is_some_and(|all| all.iter().any(|c| c.as_str() == "auth_time")),
        })
    }

    fn client(&self, metadata: &Metadata) -> Result<Client, Fault> {
        let redirect_uri = RedirectUrl::new(self.redirect_uri.clone()).map_err(|_| Fault::Untrusted("endpoint"))?;
        let secret = ClientSecret::new(self.client_secret.expose_secret().to_owned());
        let client =
            Client::from_provider_metadata(metadata.clone(), ClientId::new(self.client_id.clone()), Some(secret));
        Ok(client.set_redirect_uri(redirect_uri).set_auth_type(auth_type(metadata)))
    }
}

fn verifier(secret: &AttemptSecret) -> PkceCodeVerifier {
    PkceCodeVerifier::new(secret.verifier().expose_secret().to_owned())
}

/// Where a request carries our client secret: in the header, unless the provider accepts it in the body only
/// (`OpenID` Connect Discovery 1.0 §3, `token_endpoint_auth_methods_supported`).
fn auth_type(metadata: &Metadata) -> AuthType {
    let reads = |method| metadata.token_endpoint_auth_methods_supported().is_some_and(|known| known.contains(method));
    let in_body_only =
        reads(&CoreClientAuthMethod::ClientSecretPost) && !reads(&CoreClientAuthMethod::ClientSecretBasic);
    if in_body_only { AuthType::RequestBody } else { AuthType::BasicAuth }
}

/// Whether the token may be signed with a key that we have not fetched yet. Not every provider names the signing
/// key.
fn may_be_new_key(refusal: &ClaimsVerificationError) -> bool {
    use SignatureVerificationError::{CryptoError, NoMatchingKey};
    matches!(refusal, ClaimsVerificationError::SignatureVerification(NoMatchingKey | CryptoError(_)))
}

fn user_info_word(error: &UserInfoError<Fault>) -> &'static str {
    match error {
        UserInfoError::Request(fault) => fault.word(),
        UserInfoError::Response(..) => "status",
        UserInfoError::ClaimsVerification(refusal) => claims_fault(refusal).word(),
        _ => "malformed",
    }
}

fn claims_fault(refusal: &ClaimsVerificationError) -> Fault {
    use ClaimsVerificationError as Claims;
    use SignatureVerificationError as Signature;
    Fault::Untrusted(match refusal {
        Claims::Expired(_) => "expired",
        Claims::InvalidAudience(_) => "audience",
        Claims::InvalidIssuer(_) => "issuer",
        Claims::InvalidNonce(_) => "nonce",
        Claims::SignatureVerification(reason) => match reason {
            Signature::DisallowedAlg(_) | Signature::NoSignature | Signature::UnsupportedAlg(_) => "alg",
            Signature::NoMatchingKey | Signature::AmbiguousKeyId(_) | Signature::InvalidKey(_) => "key",
            _ => "signature",
        },
        _ => "malformed",
    })
}
