//! GitHub: OAuth 2.0 with PKCE, and two API requests for the user's id and addresses.
//!
//! GitHub does not say when the user last signed in there, so it proves nothing to `confirm_sudo`.

use oauth2::{
    AccessToken, AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointNotSet, EndpointSet, HttpRequest, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
    TokenUrl,
    basic::BasicClient,
    http::{
        HeaderValue, StatusCode,
        header::{ACCEPT, AUTHORIZATION},
    },
};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use super::{
    address::NamedAddress,
    fault::{Fault, token_fault},
    http_client::HttpClient,
};
use crate::{
    domain::providers::{Identity, ProviderId, Subject, TrustEmail},
    server::{config, crypto::attempt::AttemptSecret},
};

/// github.com, whose API has another host.
const GITHUB: &str = "https://github.com";
/// The API of github.com.
const GITHUB_API: &str = "https://api.github.com";

/// The `oauth2` client with both addresses set.
type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// One GitHub server: github.com, or an Enterprise Server.
pub struct Github {
    id: ProviderId,
    base: String,
    api: String,
    client_id: String,
    client_secret: SecretString,
    redirect_uri: String,
    trust_email: TrustEmail,
    http: HttpClient,
}

/// The part of the `/user` response that Signet reads.
#[derive(Deserialize)]
struct User {
    /// Stays the same when the user is renamed.
    id: u64,
}

/// One entry of `/user/emails`.
#[derive(Deserialize)]
struct Address {
    email: String,
    primary: bool,
    verified: bool,
}

impl Github {
    pub fn new(provider: &config::Provider, redirect_uri: String, http: HttpClient) -> Self {
        let base = provider.issuer.clone();
        Self {
            id: provider.id.clone(),
            api: if base == GITHUB { GITHUB_API.to_owned() } else { format!("{base}/api/v3") },
            base,
            client_id: provider.client_id.clone(),
            client_secret: provider.client_secret.clone(),
            redirect_uri,
            trust_email: provider.trust_email,
            http,
        }
    }

    /// The address to send the browser to.
    pub fn authorization_url(&self, secret: &AttemptSecret) -> Result<Url, Fault> {
        let state = secret.state();
        let client = self.client()?;
        let request = client.authorize_url(move || CsrfToken::new(state.expose_secret().to_owned()));
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier(secret));
        Ok(request.add_scope(Scope::new("user:email".to_owned())).set_pkce_challenge(challenge).url().0)
    }

    /// The identity of the user to whom GitHub gave `code`.
    pub async fn exchange(&self, secret: &AttemptSecret, code: &str, iss: Option<&str>) -> Result<Identity, Fault> {
        self.check_sender(iss)?;
        let client = self.client()?;
        let request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
        let request = request.set_pkce_verifier(verifier(secret));
        let answer = request.request_async(&self.http).await.map_err(|error| token_fault(&error))?;
        let user: User = self.ask("/user", answer.access_token()).await?;
        let addresses: Vec<Address> = self.ask("/user/emails?per_page=100", answer.access_token()).await?;
        Ok(Identity {
            provider: self.id.clone(),
            issuer: self.base.clone(),
            subject: Subject::parse(&user.id.to_string()).ok_or(Fault::Untrusted("subject"))?,
            email: primary(addresses).and_then(|address| address.trusted(self.trust_email)),
            auth_time: None,
            tells_auth_time: false,
        })
    }

    /// Checks that the response came from this GitHub. GitHub publishes no metadata with its value of `iss` (RFC
    /// 9207), but that value must have GitHub's own origin.
    fn check_sender(&self, iss: Option<&str>) -> Result<(), Fault> {
        let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin());
        match iss {
            None => Ok(()),
            Some(iss) if origin(iss).is_some_and(|of_iss| Some(of_iss) == origin(&self.base)) => Ok(()),
            Some(_) => Err(Fault::Untrusted("iss")),
        }
    }

    async fn ask<T: DeserializeOwned>(&self, path: &str, token: &AccessToken) -> Result<T, Fault> {
        let bearer = Zeroizing::new(format!("Bearer {}", token.secret()));
        let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| Fault::Untrusted("malformed"))?;
        bearer.set_sensitive(true);
        let mut request = HttpRequest::new(Vec::new());
        *request.uri_mut() = format!("{}{path}", self.api).parse().map_err(|_| Fault::Untrusted("endpoint"))?;
        request.headers_mut().insert(AUTHORIZATION, bearer);
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
        let answer = self.http.call(request).await?;
        if answer.status() != StatusCode::OK {
            return Err(Fault::Untrusted("status"));
        }
        serde_json::from_slice(answer.body()).map_err(|_| Fault::Untrusted("malformed"))
    }

    fn client(&self) -> Result<Client, Fault> {
        let wrong = |_| Fault::Untrusted("endpoint");
        let authorize = AuthUrl::new(format!("{}/login/oauth/authorize", self.base)).map_err(wrong)?;
        let token = TokenUrl::new(format!("{}/login/oauth/access_token", self.base)).map_err(wrong)?;
        let client = BasicClient::new(ClientId::new(self.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.client_secret.expose_secret().to_owned()))
            // The one method that GitHub documents.
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(authorize)
            .set_token_uri(token)
            .set_redirect_uri(RedirectUrl::new(self.redirect_uri.clone()).map_err(wrong)?);
        Ok(client)
    }
}

fn verifier(secret: &AttemptSecret) -> PkceCodeVerifier {
    PkceCodeVerifier::new(secret.verifier().expose_secret().to_owned())
}

/// The user's primary address; `None` if GitHub marks several as primary.
fn primary(addresses: Vec<Address>) -> Option<NamedAddress> {
    let mut found = addresses.into_iter().filter(|address| address.primary);
    match (found.next(), found.next()) {
        (Some(address), None) => Some(NamedAddress { email: Some(address.email), is_verified: Some(address.verified) }),
        _ => None,
    }
}
