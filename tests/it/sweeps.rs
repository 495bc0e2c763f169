//! Rules for every route there is, and for every route to come.

mod access;
mod bodies;
mod cross_site;
mod headers;
mod hosts;
mod log;
mod marks;
mod outage;
mod readiness;
mod reads;
mod static_files;
mod ways_in;

use axum::{
    body::Body,
    http::{HeaderMap, Method},
};
use signet::{
    domain::paths,
    testing::{BASE_URL, Browser, Page},
};

use crate::inventory::{self, Kind, LINES, Line};

/// Every form: the names of the actions, and the path of the download.
fn forms() -> Vec<&'static str> {
    inventory::forms().map(Line::name).collect()
}

/// Everything that reads the body of a form: [`forms`], and where a provider posts its answer.
fn bodies() -> Vec<String> {
    let redirects = LINES.iter().filter(|line| line.kind == Kind::Redirect).map(Line::address);
    forms().into_iter().map(str::to_owned).chain(redirects).collect()
}

/// An address of every page.
fn pages() -> Vec<String> {
    inventory::pages().map(Line::address).collect()
}

/// The address of a form of [`forms`].
fn address(form: &str) -> String {
    if form.starts_with('/') { form.to_owned() } else { paths::action(form) }
}

/// Fields for any form.
pub const FORM: &str = "email=ada%40example.com&password=plum+Tractor+violet+91&new_email=new%40example.com\
    &current_password=plum+Tractor+violet+91&new_password=seven+Otters+borrow+4+kites&name=Ada\
    &confirmation=ada%40example.com&provider=nothing&session=00000000000000000000000000000000&event=1&id=nothing&scope=read&expires=7&code=nothing&export=nothing&token=v1.verify.nothing.nothing&return_to=%2Fdashboard";

/// A form sent as our own script sends it, with these headers and no others.
pub async fn send(browser: &Browser<'_>, form: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Page {
    let mut request = browser.request(Method::POST, &address(form), "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.send(request.body(body.into()).unwrap()).await
}

/// A form sent as a browser without JavaScript sends it.
async fn send_plain(browser: &Browser<'_>, form: &str, body: impl Into<Body>) -> Page {
    let request = browser.request(Method::POST, &address(form), "text/html");
    let request = request.header(OUR_PAGE.0, OUR_PAGE.1).header(FORM_TYPE.0, FORM_TYPE.1);
    browser.send(request.body(body.into()).unwrap()).await
}

pub const FORM_TYPE: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
pub const OUR_PAGE: (&str, &str) = ("sec-fetch-site", "same-origin");
const OUR_ORIGIN: (&str, &str) = ("origin", BASE_URL);

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}
