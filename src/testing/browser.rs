//! A browser: cookies, an address, a name, and forms sent with and without JavaScript.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, atomic::Ordering},
};

use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{
        HeaderMap, Method, Request,
        header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HOST, ORIGIN, USER_AGENT},
    },
};
use tower::ServiceExt;
use url::form_urlencoded;

use super::{app::TestApp, page::Page};
use crate::{
    domain::{error::Refusal, paths},
    server::{
        context::{FormDraft, HandedOver, Notice},
        http::cookie::Name,
    },
};

const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const JSON: &str = "application/json";

/// The fields of a form, by name.
pub type Fields<'a> = &'a [(&'a str, &'a str)];

impl TestApp {
    /// Returns a browser that has never visited the application.
    pub fn browser(&self) -> Browser<'_> {
        let number = self.browsers.fetch_add(1, Ordering::Relaxed);
        Browser::new(self, number)
    }
}

/// A browser: its cookies, its address, and its name. It opens pages, and sends forms as a browser without JavaScript
/// does ([`Browser::post`]) or as Signet's own script does ([`Browser::call`]).
pub struct Browser<'a> {
    /// The application that it visits.
    pub app: &'a TestApp,
    /// Its address.
    pub ip: IpAddr,
    /// Its `User-Agent`.
    pub user_agent: String,
    /// Its `Accept-Language`; it sends none if this is empty.
    pub languages: &'static str,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl<'a> Browser<'a> {
    fn new(app: &'a TestApp, number: u8) -> Self {
        Self {
            app,
            ip: [192, 0, 2, number].into(),
            user_agent: format!("Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/{number}.0"),
            languages: "",
            cookies: Mutex::default(),
        }
    }

    /// Another browser with a copy of this one's session cookie, as if stolen.
    pub fn stolen_session(&self) -> Self {
        let thief = self.app.browser();
        if let Some(token) = self.session() {
            thief.set_cookie(Name::Session, &token);
        }
        thief
    }

    /// This browser a second time: the same cookies, address and name. It gets the cookies that its own responses set, and
    /// this one does not, as if those responses had been lost on the way.
    pub fn twin(&self) -> Self {
        let cookies = Mutex::new(self.cookies.lock().unwrap().clone());
        Self { app: self.app, ip: self.ip, user_agent: self.user_agent.clone(), languages: self.languages, cookies }
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Page {
        self.send(self.request(Method::GET, path, HTML).body(Body::empty()).unwrap()).await
    }

    /// Requests only the headers of a page.
    pub async fn head(&self, path: &str) -> Page {
        self.send(self.request(Method::HEAD, path, HTML).body(Body::empty()).unwrap()).await
    }

    /// Sends a form as a browser without JavaScript does.
    pub async fn post(&self, action: &str, fields: Fields<'_>) -> Page {
        self.submit(action, fields, HTML).await
    }

    /// Sends a form as Signet's own script does.
    pub async fn call(&self, action: &str, fields: Fields<'_>) -> Page {
        self.submit(action, fields, JSON).await
    }

    /// Follows redirects until a response is no redirect.
    pub async fn follow(&self, page: Page) -> Page {
        let mut page = page;
        for _ in 0..8 {
            let Some(to) = page.location() else { return page };
            page = self.get(&to).await;
        }
        panic!("redirected in circles, at last to {:?}", page.location());
    }

    async fn submit(&self, action: &str, fields: Fields<'_>, accept: &str) -> Page {
        for (name, value) in fields {
            if name.contains("password") {
                self.app.keep_secret(value);
            }
        }
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .request(Method::POST, &paths::action(action), accept)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, &self.app.state.site.server.base_url)
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// A request of this browser with its cookies and headers, still without a body.
    pub fn request(&self, method: Method, path: &str, accept: &str) -> axum::http::request::Builder {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.app.state.site.server.host())
            .header(USER_AGENT, self.user_agent.as_str())
            .header(ACCEPT, accept)
            .extension(ConnectInfo(SocketAddr::new(self.ip, 40_000)));
        if !self.languages.is_empty() {
            request = request.header(ACCEPT_LANGUAGE, self.languages);
        }
        let cookies = self.cookie_header();
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies);
        }
        request
    }

    /// Sends a request and keeps the cookies that come back.
    pub async fn send(&self, request: Request<Body>) -> Page {
        let response = self.app.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        let page = Page { status: parts.status, headers: parts.headers, body };
        for line in page.set_cookies() {
            self.take_cookie(&line);
        }
        if let Some(token) = self.session() {
            self.app.keep_secret(&token);
        }
        self.app.says_no_secret(&page);
        page
    }

    fn cookie_header(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Checks that a cookie has the attributes that every cookie of Signet must have (ASVS V3.3.1–V3.3.5), and
    /// stores it.
    fn take_cookie(&self, line: &str) {
        let (pair, attributes) = line.split_once("; ").unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        let is_https = self.app.state.site.server.is_https();
        assert!(!is_https || name.starts_with("__Host-"), "{line}");
        for needed in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            let is_there = attributes.split("; ").any(|one| one == needed);
            assert!(is_there || !is_https && needed == "Secure", "{needed}: {line}");
        }
        assert!(!attributes.contains("Domain"), "{line}");
        assert!(pair.len() <= 4096, "{} bytes: {name}", pair.len());
        let mut cookies = self.cookies.lock().unwrap();
        if attributes.split("; ").any(|one| one == "Max-Age=0") {
            cookies.remove(name);
        } else {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// The value of one of its cookies.
    pub fn cookie(&self, name: Name) -> Option<String> {
        let name = self.app.http.cookies.name(name);
        self.cookies.lock().unwrap().get(&name).cloned()
    }

    /// Its session token.
    pub fn session(&self) -> Option<String> {
        self.cookie(Name::Session)
    }

    /// The cookies of its provider attempts, in no order: the name and the value of each.
    pub fn attempts(&self) -> Vec<(String, String)> {
        let name = self.app.http.cookies.name(Name::Attempt);
        let cookies = self.cookies.lock().unwrap();
        let own = cookies.iter().filter(|(cookie, _)| cookie.starts_with(&name));
        own.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Puts back the cookies of provider attempts that it had.
    pub fn restore(&self, attempts: Vec<(String, String)>) {
        self.cookies.lock().unwrap().extend(attempts);
    }

    /// Sets a cookie.
    pub fn set_cookie(&self, name: Name, value: &str) {
        let name = self.app.http.cookies.name(name);
        self.cookies.lock().unwrap().insert(name, value.to_owned());
    }

    fn headers(&self) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, self.cookie_header().parse().unwrap())])
    }

    /// The notice that waits for the next page.
    pub fn notice(&self) -> Option<Notice> {
        let notice: Option<HandedOver<Notice>> = self.app.http.cookies.sealed(&self.headers(), Name::Notice);
        notice.map(HandedOver::into_content)
    }

    /// The contents of the forms that were refused or that wait for sudo mode, the newest first. Each waits for its
    /// page, which fills the form in again.
    pub fn kept(&self) -> Vec<FormDraft> {
        let drafts: Option<HandedOver<Vec<FormDraft>>> = self.app.http.cookies.sealed(&self.headers(), Name::FormDraft);
        drafts.map(HandedOver::into_content).unwrap_or_default()
    }

    /// What a person typed into the form that was refused last, and the reason of the refusal.
    pub fn draft(&self) -> Option<(String, Option<Refusal>)> {
        self.kept().into_iter().next().map(|kept| (kept.typed, kept.refusal))
    }
}
