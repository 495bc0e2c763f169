//! The lines against the program: what is missing in one of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, str,
};

use signet::{
    domain::paths,
    server::{
        config::MailTransport,
        http::{access::PAGES, metrics},
        lifecycle::TABLE,
        router::router,
    },
    testing::TestApp,
};

use super::{Door, Kind, LINES, Line, field, forms, pages, router::routes};

/// What to do about a route without a line.
const ADD: &str = "has no line in tests/it/inventory/lines.rs. Add one that says what answers and who may call it; then \
                   every sweep of tests/it/sweeps covers it";
/// What to do about a line without a route.
const REMOVE: &str = "has a line in tests/it/inventory/lines.rs, but the program serves no such route. Remove the line";

/// Fails with a sentence for each difference.
fn must_agree(served: &BTreeSet<String>, listed: &BTreeSet<String>) {
    let missing = served.difference(listed).map(|route| format!("{route} {ADD}."));
    let stale = listed.difference(served).map(|route| format!("{route} {REMOVE}."));
    let faults: Vec<_> = missing.chain(stale).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The route as the router has it.
fn in_router(line: &Line) -> String {
    let is_action = line.door().is_some() && line.path.starts_with("/api/");
    format!("{} {}", line.method, if is_action { paths::ACTION } else { line.path })
}

#[tokio::test]
async fn every_route_of_the_router_has_a_line_and_every_line_a_route() {
    let app = TestApp::new().await;
    let lines = |all: &dyn Fn(&Line) -> bool| LINES.iter().filter(|line| all(line)).map(in_router).collect();
    must_agree(&routes(&router(app.http.clone())), &lines(&|line| line.kind != Kind::Mailbox));
    let watched = TestApp::with(|settings| settings.mail.transport = MailTransport::Mailbox).await;
    must_agree(&routes(&router(watched.http.clone())), &lines(&|_| true));
    // Their own listener serves these to the operator alone.
    let metrics = metrics::router(app.lifecycle.clone());
    assert_eq!(routes(&metrics), [format!("GET {}", paths::METRICS)].into());
}

#[test]
fn every_server_function_has_a_line_and_every_line_a_server_function() {
    let served = leptos::server_fn::axum::server_fn_paths().map(|(path, method)| format!("{method} {path}"));
    let actions = forms().filter(|line| line.path != paths::EXPORT_DOWNLOAD);
    must_agree(&served.collect(), &actions.map(|line| format!("{} {}", line.method, line.path)).collect());
}

#[test]
fn every_page_of_the_access_table_is_a_page_here() {
    let listed = pages().map(|line| line.path.to_owned()).collect();
    must_agree(&PAGES.iter().map(|(path, _)| (*path).to_owned()).collect(), &listed);
}

/// The fields of every server function, as `src/api` declares them.
fn declared() -> BTreeMap<String, Vec<String>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/api");
    let texts = fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    let items = texts.flat_map(|text| syn::parse_file(&text).unwrap().items);
    let functions = items.filter_map(|item| if let syn::Item::Fn(function) = item { Some(function) } else { None });
    let served = functions.filter(|function| function.attrs.iter().any(|one| one.path().is_ident("server")));
    served.map(|function| (function.sig.ident.to_string(), fields_of(&function))).collect()
}

fn fields_of(function: &syn::ItemFn) -> Vec<String> {
    let inputs = function.sig.inputs.iter().filter_map(|input| match input {
        syn::FnArg::Typed(syn::PatType { pat, .. }) => match &**pat {
            syn::Pat::Ident(name) => Some(name.ident.to_string()),
            _ => None,
        },
        syn::FnArg::Receiver(_) => None,
    });
    inputs.collect()
}

#[test]
fn every_form_has_the_fields_that_its_function_reads() {
    let declared = declared();
    for line in forms() {
        if let Some(fields) = declared.get(line.name()) {
            let name = line.name();
            assert_eq!(
                line.fields(),
                fields,
                "{name} reads other fields than its line in tests/it/inventory/lines.rs says"
            );
        }
        for name in line.fields() {
            field(name);
        }
    }
}

/// A form's line of the table of actions has the form's name, unless one action has several ways in.
#[test]
fn every_action_of_the_table_is_let_in_as_its_line_says() {
    let named = |name: &str| {
        let is_it = |word: &str| word.chars().filter(|letter| *letter != '_').collect::<String>();
        TABLE.iter().find(|rule| format!("{:?}", rule.action).to_lowercase() == is_it(name))
    };
    for line in forms() {
        let Some(rule) = named(line.name()) else { continue };
        match line.door() {
            Some(Door::Rule(action)) => assert_eq!(action, rule.action, "{}", line.path),
            _ => assert!(!rule.sudo, "{} asks for sudo mode, but its door is open", line.path),
        }
    }
}
