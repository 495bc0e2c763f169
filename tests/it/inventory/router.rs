//! The routes as the router prints them.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;

use super::ANY;

const METHODS: [&str; 9] = ["get", "head", "delete", "options", "patch", "post", "put", "trace", "connect"];

/// Every route of a router, as `METHOD path`, read from its `Debug`: axum offers no other list.
pub fn routes(router: &Router) -> BTreeSet<String> {
    let printed = format!("{router:?}");
    let printed = printed.split("fallback_router:").next().unwrap();
    let (handlers, paths) = printed.split_once("node: Node { paths: ").expect("axum prints the paths of a router");
    let methods: BTreeMap<_, _> = by_id(handlers).into_iter().map(|(id, text)| (id, methods(text))).collect();
    let paths = by_id(paths);
    assert_eq!(
        (paths.len(), paths.is_empty()),
        (methods.len(), false),
        "axum prints each route and its path: {printed}"
    );
    let routes = paths.iter().flat_map(|(id, text)| {
        let path = text.split('"').nth(1).expect("axum prints a path in quotes");
        methods[id].iter().map(move |method| format!("{method} {path}"))
    });
    routes.collect()
}

/// The texts behind each `RouteId(…): `.
fn by_id(printed: &str) -> BTreeMap<&str, &str> {
    printed.split("RouteId(").skip(1).map(|piece| piece.split_once("): ").expect("axum prints an id")).collect()
}

/// The methods of one route; [`ANY`] for a route that answers them all.
fn methods(handler: &str) -> Vec<String> {
    let has = |method: &&str| handler.contains(&format!("{method}: ")) && !handler.contains(&format!("{method}: None"));
    let found: Vec<_> = METHODS.iter().filter(|method| has(method)).map(|method| method.to_uppercase()).collect();
    if found.is_empty() { vec![ANY.to_owned()] } else { found }
}

#[test]
fn every_way_to_add_a_route_is_read() {
    use axum::{
        Extension,
        routing::{any, get, post},
    };

    let nested: Router = Router::new().route("/c", get("c")).layer(Extension(1));
    let router: Router = Router::new()
        .route("/a", get("a").post("a").layer(Extension(2)))
        .route("/a", axum::routing::delete("a"))
        .route("/b/{id}", any("b"))
        .nest("/nested", nested)
        .nest_service("/files", get("file"))
        .merge(Router::new().route("/d", post("d")).route_layer(Extension(3)))
        .fallback("nothing")
        .layer(Extension(4));
    let all = [
        "* /b/{id}",
        "* /files",
        "* /files/",
        "* /files/{*__private__axum_nest_tail_param}",
        "DELETE /a",
        "GET /a",
        "GET /nested/c",
        "POST /a",
        "POST /d",
    ];
    assert_eq!(routes(&router), all.map(str::to_owned).into());
}
