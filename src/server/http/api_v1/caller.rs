//! Finds the account and token of an API request.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};

use super::problem::Problem;
use crate::server::{
    crypto::api_token::ApiToken,
    http::request_origin::{self, Reference},
    lifecycle::{ApiViewer, RequestOrigin},
    state::AppState,
};

/// A program with a valid token.
pub struct Caller {
    /// The account, and what the token may do.
    pub viewer: ApiViewer,
    /// The origin of the request.
    pub source: RequestOrigin,
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let request = Reference::of(&parts.extensions);
        let secret = secret(&parts.headers).inspect_err(|problem| {
            if problem.is_about_token() {
                state.lifecycle.metrics.api_tokens_refused.inc();
            }
        })?;
        let source = request_origin::read(&state.site, &parts.headers, &parts.extensions, None);
        let found = state.lifecycle.api_viewer(&source, &secret).await.map_err(|error| Problem::of(error, request))?;
        let Some(viewer) = found else {
            let noted = state.lifecycle.refuse_api_token(&source, &secret).await;
            noted.map_err(|error| Problem::of(error, request))?;
            return Err(Problem::invalid_token());
        };
        Ok(Self { viewer, source })
    }
}

/// Reads the token from `Authorization`. A token in the address would end up in logs (ASVS V14.2.1).
fn secret(headers: &HeaderMap) -> Result<ApiToken, Problem> {
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else { return Err(Problem::no_token()) };
    let (scheme, token) = line.to_str().ok().and_then(|line| line.split_once(' ')).ok_or_else(Problem::no_token)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::no_token());
    }
    ApiToken::parse(token.trim()).ok_or_else(Problem::invalid_token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_bearer_token_of_the_right_form_is_read() {
        let token = ApiToken::from_random([7; 32]).expose().to_owned();
        let last = if token.ends_with('0') { '1' } else { '0' };
        let flipped = format!("{}{last}", &token[..75]);
        let cases: [(&[String], bool); 9] = [
            (&[format!("Bearer {token}")], true),
            (&[format!("bearer {token}")], true),
            (&[format!("Bearer  {token}")], true),
            (&[format!("Basic {token}")], false),
            (&[format!("Token {token}")], false),
            (&[format!("Bearer {flipped}")], false),
            (&["Bearer ".to_owned()], false),
            (&[format!("Bearer {token}"), format!("Bearer {token}")], false),
            (&[], false),
        ];
        for (lines, is_read) in cases {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(AUTHORIZATION, line.parse().unwrap());
            }
            assert_eq!(secret(&headers).is_ok(), is_read, "{lines:?}");
        }
    }
}
