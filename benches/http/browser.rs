//! A browser: it keeps cookies, and sends forms as the site's own script does.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use reqwest::{
    Client, RequestBuilder, Response,
    header::{ACCEPT, CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE, USER_AGENT},
    redirect::Policy,
};
use url::form_urlencoded;

const NAME: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
/// A name that leads to this machine, and is none of the site.
pub const OTHER_HOST: &str = "other.example";
/// How long one answer may take. The server ends each request after ten seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// The connections of a client to one server. Clones share them.
#[derive(Clone)]
pub struct Connections {
    /// The address of the server, as the browser sees it.
    pub url: String,
    client: Client,
}

/// A browser. The proxy in front of the server, which is this benchmark, says that it is at `ip`.
pub struct Browser {
    /// Its address.
    pub ip: IpAddr,
    /// The values of its cookies by their names.
    pub cookies: BTreeMap<String, String>,
    connections: Connections,
}

/// An answer of the server, and how long the browser waited for all of it.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    pub took: Duration,
}

impl Connections {
    /// No connection yet to the server at `url`; they stay open when they are idle.
    pub fn to(url: &str) -> Self {
        let client = Client::builder().no_proxy().http1_only().redirect(Policy::none()).timeout(PATIENCE);
        let client = client.resolve(OTHER_HOST, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        Self { client: client.build().expect("a client"), url: url.to_owned() }
    }
}

impl Browser {
    /// A browser that has never visited the site.
    pub fn new(connections: &Connections, ip: IpAddr) -> Self {
        Self { connections: connections.clone(), ip, cookies: BTreeMap::new() }
    }

    /// Opens a page.
    pub async fn open(&mut self, path: &str) -> Result<Answer, reqwest::Error> {
        let request = self.connections.client.get(format!("{}{path}", self.connections.url));
        self.send(request.header(ACCEPT, "text/html")).await
    }

    /// Sends the form of an action.
    pub async fn post(&mut self, action: &str, fields: &[(&str, &str)]) -> Result<Answer, reqwest::Error> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.connections.client.post(format!("{}/api/{action}", self.connections.url));
        let request = request
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, &self.connections.url)
            .body(body);
        self.send(request).await
    }

    /// As [`Browser::post`], for a step that is not measured and has to work.
    pub async fn must(&mut self, action: &str, fields: &[(&str, &str)]) {
        let answer = self.post(action, fields).await.expect("an answer");
        assert_eq!(answer.status, 200, "{action}: {}", answer.body);
    }

    async fn send(&mut self, request: RequestBuilder) -> Result<Answer, reqwest::Error> {
        let request = request.header(USER_AGENT, NAME).header("x-forwarded-for", self.ip.to_string());
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = if cookies.is_empty() { request } else { request.header(COOKIE, cookies.join("; ")) };
        let begun = Instant::now();
        let response = request.send().await?;
        let status = response.status().as_u16();
        self.keep_cookies(&response);
        let body = response.text().await?;
        Ok(Answer { status, body, took: begun.elapsed() })
    }

    fn keep_cookies(&mut self, response: &Response) {
        for line in response.headers().get_all(SET_COOKIE).iter().filter_map(|line| line.to_str().ok()) {
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let Some((name, value)) = pair.split_once('=') else { continue };
            if attributes.to_ascii_lowercase().contains("max-age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// The client address number `number`. Each is a network of its own for the limits.
pub fn address(number: u32) -> IpAddr {
    let [_, a, b, c] = number.to_be_bytes();
    Ipv4Addr::new(10, a, b, c).into()
}
