//! Requests to providers: bounded in time and size, to the address that was meant and to
//! no other, and over TLS unless both ends are this machine.

use std::{future::Future, pin::Pin, time::Duration};

use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse, http::StatusCode};
use reqwest::{Client, Request, Response, redirect::Policy};
use url::{Host, Url};

use super::Fault;

/// What GitHub asks every client to say of itself.
const USER_AGENT: &str = "Signet";

/// How much of a request is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until there is a connection.
    pub connect: Duration,
    /// Until the last byte of the answer.
    pub whole: Duration,
    /// Bytes of the answer.
    pub bytes: usize,
}

/// Answers of real providers are some kilobytes and come within a second; a person waits
/// for them.
impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), whole: Duration::from_secs(5), bytes: 1 << 20 }
    }
}

/// Asks one provider. Clones share their connections.
#[derive(Clone)]
pub struct HttpClient {
    client: Option<Client>,
    bytes: usize,
    is_plain: bool,
}

impl HttpClient {
    /// A client that asks over TLS only. It follows no redirect, which could lead anywhere,
    /// the code and our secret with it; keeps no cookies; and asks no proxy, since only the
    /// settings say where requests go.
    pub fn new(limits: Limits) -> Self {
        let client = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(limits.connect)
            .timeout(limits.whole)
            .no_proxy()
            .user_agent(USER_AGENT)
            .build();
        Self { client: client.ok(), bytes: limits.bytes, is_plain: false }
    }

    /// The client for the provider at `issuer`: where that is http, which the settings allow
    /// on this machine only, its other addresses may be so too.
    pub fn for_issuer(&self, issuer: &str) -> Self {
        Self { is_plain: issuer.starts_with("http://"), ..self.clone() }
    }

    /// Whether `url` may be asked, and a browser sent there.
    pub fn may_ask(&self, url: &Url) -> bool {
        match url.scheme() {
            "https" => url.has_host(),
            "http" => self.is_plain && is_loopback(url),
            _ => false,
        }
    }

    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, Fault> {
        let request = Request::try_from(request).map_err(|_| Fault::Untrusted("endpoint"))?;
        if !self.may_ask(request.url()) {
            return Err(Fault::Untrusted("endpoint"));
        }
        let client = self.client.as_ref().ok_or(Fault::Unreachable("tls"))?;
        let response = client.execute(request).await.map_err(|error| broken(&error))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(Fault::Untrusted("redirect"));
        }
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(Fault::Unreachable("status"));
        }
        let headers = response.headers().clone();
        let mut answer = HttpResponse::new(self.body(response).await?);
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
        Ok(answer)
    }

    /// The body, read no further than the limit.
    async fn body(&self, mut response: Response) -> Result<Vec<u8>, Fault> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
            if body.len() + chunk.len() > self.bytes {
                return Err(Fault::Untrusted("too_large"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

impl<'c> AsyncHttpClient<'c> for HttpClient {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Fault>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.answer(request))
    }
}

fn broken(error: &reqwest::Error) -> Fault {
    match error {
        error if error.is_timeout() => Fault::Unreachable("timeout"),
        error if error.is_connect() => Fault::Unreachable("connection"),
        _ => Fault::Unreachable("cut_short"),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_requests_stay_on_this_machine_and_only_where_the_issuer_is_plain() {
        let (open, closed) = ("http://127.0.0.1:9000", "https://id.example");
        for (issuer, url, expected) in [
            (closed, "https://id.example/token", true),
            (closed, "https://elsewhere.example/token", true),
            (closed, "http://id.example/token", false),
            (closed, "http://127.0.0.1/token", false),
            (closed, "javascript:alert(1)", false),
            (closed, "file:///etc/passwd", false),
            (open, "http://127.0.0.1:9000/token", true),
            (open, "http://[::1]:9000/token", true),
            (open, "http://localhost/token", true),
            (open, "http://192.168.0.1/token", false),
            (open, "http://127.0.0.1.example/token", false),
        ] {
            let client = HttpClient::new(Limits::default()).for_issuer(issuer);
            assert_eq!(client.may_ask(&Url::parse(url).unwrap()), expected, "{issuer} {url}");
        }
    }
}
