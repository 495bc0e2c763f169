//! Requests to providers. They have limits for time and size, follow no redirect, and use TLS unless the provider
//! runs on this machine.

use std::{future::Future, pin::Pin, time::Duration};

use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse, http::StatusCode};
use reqwest::{Client, Request, Response, redirect::Policy};
use url::{Host, Url};

use super::Fault;
use crate::server::tls::{Authorities, cause};

/// GitHub requires a `User-Agent` from every client.
const USER_AGENT: &str = "Signet";

/// The limits of a request.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time to connect.
    pub connect: Duration,
    /// Time until the last byte of the response.
    pub whole: Duration,
    /// How long a connection is kept for the next request. A server closes it after a while too, and a request that is
    /// sent at that moment is lost, with the code in it. Servers keep connections for five seconds or longer.
    pub idle: Duration,
    /// Bytes of the response body.
    pub bytes: usize,
}

/// Responses of real providers have some kilobytes and arrive within a second. A user is waiting.
impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            whole: Duration::from_secs(5),
            idle: Duration::from_secs(1),
            bytes: 1 << 20,
        }
    }
}

/// Sends requests to one provider. Clones share their connections.
#[derive(Clone)]
pub struct HttpClient {
    client: Option<Client>,
    bytes: usize,
    is_plain: bool,
}

impl HttpClient {
    /// A client for TLS only, with servers that have a certificate of `authorities`. It follows no redirect, which could take the code and our client secret to any
    /// address. It keeps no cookies, and uses no proxy, since only the settings decide where requests go.
    pub fn new(limits: Limits, authorities: &Authorities) -> Self {
        let client = authorities.client().map(|tls| Client::builder().use_preconfigured_tls(tls));
        let client = client
            .unwrap_or_default()
            .redirect(Policy::none())
            .connect_timeout(limits.connect)
            .timeout(limits.whole)
            .pool_idle_timeout(limits.idle)
            .no_proxy()
            .user_agent(USER_AGENT)
            .build();
        Self { client: client.ok(), bytes: limits.bytes, is_plain: false }
    }

    /// The client for the provider at `issuer`. If that is http, which the settings allow for this machine only,
    /// its other addresses may be http on this machine too.
    pub fn for_issuer(&self, issuer: &str) -> Self {
        Self { is_plain: issuer.starts_with("http://"), ..self.clone() }
    }

    /// Whether Signet may send a request or a browser to `url`.
    pub fn may_ask(&self, url: &Url) -> bool {
        match url.scheme() {
            "https" => url.has_host(),
            "http" => self.is_plain && is_loopback(url),
            _ => false,
        }
    }

    /// Sends a request. If it comes to nothing, logs the server and the reason: the callers know only a word.
    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, Fault> {
        let request = Request::try_from(request).map_err(|_| Fault::Untrusted("endpoint"))?;
        // Not the rest of the address, which may have secrets in it.
        let server = server(request.url());
        let answered = self.execute(request).await;
        answered.map_err(|Broken { fault, cause }| {
            tracing::warn!(server, cause, "a request to a provider came to nothing");
            fault
        })
    }

    async fn execute(&self, request: Request) -> Result<HttpResponse, Broken> {
        if !self.may_ask(request.url()) {
            return Err(Broken::because(
                Fault::Untrusted("endpoint"),
                "this address may not be asked: it is not https",
            ));
        }
        let client = self.client.as_ref();
        let client = client.ok_or_else(|| Broken::because(Fault::Unreachable("tls"), "there is no TLS"))?;
        let response = client.execute(request).await.map_err(|error| Broken::of(&error))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(Broken::because(Fault::Untrusted("redirect"), "it redirects, which Signet does not follow"));
        }
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(Broken::because(Fault::Unreachable("status"), format!("it answered {status}")));
        }
        let headers = response.headers().clone();
        let mut answer = HttpResponse::new(self.body(response).await?);
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
        Ok(answer)
    }

    /// Reads the body up to the limit.
    async fn body(&self, mut response: Response) -> Result<Vec<u8>, Broken> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| Broken::of(&error))? {
            if body.len() + chunk.len() > self.bytes {
                let most = format!("its answer has more than {} bytes", self.bytes);
                return Err(Broken::because(Fault::Untrusted("too_large"), most));
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

/// Why a request came to nothing.
struct Broken {
    fault: Fault,
    /// For the log.
    cause: String,
}

impl Broken {
    fn because(fault: Fault, cause: impl Into<String>) -> Self {
        Self { fault, cause: cause.into() }
    }

    fn of(error: &reqwest::Error) -> Self {
        match error {
            error if error.is_timeout() => Self::because(Fault::Unreachable("timeout"), "it did not answer in time"),
            error if error.is_connect() => Self::because(Fault::Unreachable("connection"), cause(error)),
            error => Self::because(Fault::Unreachable("cut_short"), cause(error)),
        }
    }
}

/// Host and port.
fn server(url: &Url) -> String {
    let port = url.port_or_known_default().map(|port| format!(":{port}"));
    format!("{}{}", url.host_str().unwrap_or_default(), port.unwrap_or_default())
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
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

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
            let client = HttpClient::new(Limits::default(), &Authorities::default()).for_issuer(issuer);
            assert_eq!(client.may_ask(&Url::parse(url).unwrap()), expected, "{issuer} {url}");
        }
    }

    /// A provider that keeps connections, and closes each just when the next request comes.
    async fn closes_on_the_second_request(listener: TcpListener) {
        loop {
            let (mut connection, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = connection.read(&mut request).await;
                let _ = connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
                let _ = connection.read(&mut request).await;
            });
        }
    }

    #[tokio::test]
    async fn a_connection_that_the_provider_may_have_closed_is_not_used_again() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(closes_on_the_second_request(listener));
        let idle = Duration::from_millis(50);
        let client = HttpClient::new(Limits { idle, ..Limits::default() }, &Authorities::default()).for_issuer(&issuer);
        for number in 1..=3 {
            let request = HttpRequest::new(Vec::new());
            let (mut parts, body) = request.into_parts();
            parts.uri = issuer.parse().unwrap();
            let answer = client.call(HttpRequest::from_parts(parts, body)).await;
            assert_eq!(answer.unwrap().status(), StatusCode::OK, "request {number}");
            tokio::time::sleep(idle * 4).await;
        }
    }
}
