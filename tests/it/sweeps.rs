//! Rules for every route there is, and for every route to come.

mod access;
mod bodies;
mod cross_site;
mod headers;
mod hosts;
mod log;
mod outage;
mod readiness;
mod reads;
mod static_files;
mod ways_in;

use axum::http::{HeaderMap, Method};
use leptos::server_fn;
use signet::{
    server::http::access::PAGES,
    testing::{BASE_URL, Browser, Page},
};

/// The names of all server functions.
fn actions() -> Vec<String> {
    let paths = server_fn::axum::server_fn_paths();
    let mut names: Vec<_> = paths.map(|(path, _)| path.trim_start_matches("/api/").to_owned()).collect();
    names.sort();
    assert!(names.len() >= 25, "{names:?}");
    names
}

/// An address of every page.
fn pages() -> Vec<String> {
    PAGES.iter().map(|(path, _)| filled(path)).collect()
}

/// The path of a page with a value for every parameter.
fn filled(path: &str) -> String {
    path.replace("{token}", "v1.verify.nothing.nothing").replace("{provider}", "nothing")
}

/// Fields for any form.
const FORM: &str = "email=ada%40example.com&password=plum+Tractor+violet+91&new_email=new%40example.com\
    &current_password=plum+Tractor+violet+91&new_password=seven+Otters+borrow+4+kites&name=Ada\
    &confirmation=ada%40example.com&provider=nothing&session=00000000000000000000000000000000&event=1&id=nothing&scope=read&expires=7&code=nothing&token=v1.verify.nothing.nothing&return_to=%2Fdashboard";

/// A form sent to an action, with these headers and no others.
async fn send(
    browser: &Browser<'_>,
    action: &str,
    headers: &[(&str, &str)],
    body: impl Into<axum::body::Body>,
) -> Page {
    let mut request = browser.request(Method::POST, &format!("/api/{action}"), "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.send(request.body(body.into()).unwrap()).await
}

const FORM_TYPE: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const OUR_PAGE: (&str, &str) = ("sec-fetch-site", "same-origin");
const OUR_ORIGIN: (&str, &str) = ("origin", BASE_URL);

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}
