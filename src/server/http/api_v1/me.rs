//! `GET /api/v1/me`.

use axum::Json;

use super::{
    body::{Me, Troubles},
    caller::Caller,
    problem::Problem,
};
use crate::domain::time::rfc3339;

/// Returns the account to which the token belongs. Scope: `read`.
///
/// # Errors
/// [`Problem`].
#[utoipa::path(
    get,
    path = "/api/v1/me",
    operation_id = "me",
    summary = "The account",
    description = "Returns the account to which the token belongs. Scope: `read`.",
    tag = "account",
    security(("token" = [])),
    responses((status = 200, description = "The account", body = Me), Troubles)
)]
pub async fn read(caller: Caller) -> Result<Json<Me>, Problem> {
    let user = caller.viewer.user;
    Ok(Json(Me {
        id: user.id.to_string(),
        email: user.email.to_string(),
        verified: user.email_verified_at.is_some(),
        name: user.name.map(|name| name.as_str().to_owned()),
        created_at: rfc3339(user.created_at),
    }))
}
