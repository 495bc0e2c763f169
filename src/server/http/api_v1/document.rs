//! `GET /api/v1/openapi.json`: the `OpenAPI` description of the API.

use std::sync::OnceLock;

use axum::{
    http::{HeaderName, header::CONTENT_TYPE},
    response::IntoResponse,
};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Described,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

/// The part of the description that is not about single routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Signet",
        version = "1",
        description = "With this API a program reads an account, its sessions and its security log, and ends sessions. \
            A user creates a token for the program at /users/settings/api-tokens. Errors are problem details \
            (RFC 9457). Times are in UTC, in the format of RFC 3339.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    modifiers(&Bearer),
    tags(
        (name = "account", description = "The account to which the token belongs"),
        (name = "sessions", description = "The browsers that are signed in to the account"),
        (name = "events", description = "The security log of the account"),
        (name = "document", description = "This description")
    )
)]
pub struct Document;

/// Declares how a program sends its token.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Described) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("sgn_[0-9a-f]{72}")
            .description(Some(
                "An API token. The description of each operation names the scope that the token needs. The scope \
                 `write` includes `read`.",
            ))
            .build();
        let components = document.components.get_or_insert_default();
        components.security_schemes.insert("token".to_owned(), SecurityScheme::Http(scheme).into());
    }
}

/// This description. It needs no token.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    operation_id = "openapi",
    summary = "This description",
    tag = "document",
    security(()),
    responses((status = 200, description = "The description, in OpenAPI 3.1", body = serde_json::Value))
)]
pub async fn read() -> impl IntoResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| super::document().to_json().unwrap_or_default());
    let headers: [(HeaderName, &str); 1] = [(CONTENT_TYPE, "application/json")];
    (headers, text.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    #[test]
    fn every_operation_says_what_it_needs_and_what_it_comes_to() {
        let document: Value = serde_json::from_str(&super::super::document().to_json().unwrap()).unwrap();
        let paths = document["paths"].as_object().unwrap();
        assert_eq!(paths.len(), 5);
        for (path, operations) in paths {
            for (method, operation) in operations.as_object().unwrap() {
                let open = path == "/api/v1/openapi.json";
                let needs = &operation["security"][0];
                assert_eq!(needs.get("token").is_none(), open, "{method} {path}: {needs}");
                let responses = operation["responses"].as_object().unwrap();
                assert_eq!(responses.contains_key("401"), !open, "{method} {path}");
                for (status, response) in responses.iter().filter(|(status, _)| status.as_str() >= "400") {
                    let body = &response["content"]["application/problem+json"]["schema"]["$ref"];
                    assert_eq!(body, "#/components/schemas/ProblemBody", "{method} {path} {status}");
                }
            }
        }
        let scheme = &document["components"]["securitySchemes"]["token"];
        assert_eq!((&scheme["type"], &scheme["scheme"]), (&"http".into(), &"bearer".into()));
    }
}
