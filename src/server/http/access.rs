//! Who may open which page: one table, checked before anything is rendered.
//!
//! This layer redirects before a page begins to render. The page itself could check only after that. The layer does
//! not protect the actions: each action checks for itself.

use axum::{
    extract::{MatchedPath, Request},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};

use percent_encoding::percent_decode_str;

use super::{actions::see_other, error_response::ErrorResponse};
use crate::{
    domain::{notice::Interrupted, paths, user::AccountStatus},
    server::context::{Notice, RequestContext},
};

/// Who may open a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Every visitor, unless their account is closed.
    Public,
    /// Visitors who are not signed in.
    Anonymous,
    /// Signed-in users whose account is not closed, verified or not.
    SignedIn,
    /// Signed-in users with a verified address.
    Active,
    /// Signed-in users whose account is closed.
    Closed,
}

/// Every page of the site.
pub const PAGES: [(&str, Access); 30] = [
    (paths::HOME, Access::Public),
    (paths::REGISTER, Access::Anonymous),
    (paths::REGISTER_EMAIL, Access::Anonymous),
    (paths::LOG_IN, Access::Anonymous),
    (paths::RESET_PASSWORD, Access::Public),
    (paths::RESET_LINK, Access::Public),
    (paths::VERIFY_LINK, Access::Public),
    (paths::DASHBOARD, Access::Active),
    (paths::SETTINGS, Access::SignedIn),
    (paths::PROFILE, Access::Active),
    (paths::EMAIL, Access::SignedIn),
    (paths::PASSWORD, Access::Active),
    (paths::PROVIDERS, Access::Active),
    (paths::SESSIONS, Access::Active),
    (paths::SIGN_OUT_OTHERS, Access::Active),
    (paths::EXPORT, Access::Active),
    (paths::API_TOKENS, Access::Active),
    (paths::REVOKE_ALL_TOKENS, Access::Active),
    (paths::SECURITY_LOG, Access::Active),
    (paths::DISOWN, Access::Active),
    (paths::DELETE, Access::SignedIn),
    (paths::CONFIRM_CHANGE_LINK, Access::SignedIn),
    (paths::CANCEL_CHANGE_LINK, Access::Public),
    (paths::UNDO_CHANGE_LINK, Access::Public),
    (paths::KEEP_LINK, Access::Public),
    (paths::SUDO, Access::SignedIn),
    (paths::REACTIVATE, Access::Closed),
    (paths::PROVIDER, Access::Public),
    (paths::PROVIDER_CALLBACK, Access::Public),
    (paths::CHANGE_PASSWORD, Access::Public),
];

/// Redirects visitors who may not open the page.
pub async fn check(page: MatchedPath, request: Request, next: Next) -> Response {
    if !is_normal(request.uri().path()) {
        return ErrorResponse::NotFound.into_response();
    }
    let access = PAGES.iter().find(|(path, _)| *path == page.as_str()).map(|(_, access)| *access);
    let context = request.extensions().get::<RequestContext>();
    let (Some(access), Some(context)) = (access, context) else {
        // A page without a line in the table is closed to all.
        return StatusCode::NOT_FOUND.into_response();
    };
    let status = context.viewer.as_ref().map(|viewer| viewer.user.status());
    let wanted = request.uri().path_and_query().map_or("/", |whole| whole.as_str());
    let back = context.return_to.as_deref().unwrap_or_default();
    match redirect(access, status, wanted, back) {
        None => next.run(request).await,
        Some(to) => {
            if status.is_none() && context.had_session {
                context.response.lock().notice = Some(Notice::SessionEnded { during: Interrupted::on(&context.path) });
            }
            see_other(&to)
        }
    }
}

/// Whether a URL parser leaves the path as it is, apart from encoding characters. axum finds the line of the table by
/// the path as it was sent. Leptos finds the page by the parsed path, in which `\` has become `/`, and `..` is resolved.
/// The two must mean the same page.
fn is_normal(path: &str) -> bool {
    let parsed = url::Url::parse("http://signet.invalid").and_then(|site| site.join(path));
    parsed.is_ok_and(|url| percent_decode_str(url.path()).eq(percent_decode_str(path)))
}

/// Where to redirect a visitor with the account status `status` who asked for the page at `wanted`. `back` is the
/// `return_to` of that request.
fn redirect(access: Access, status: Option<AccountStatus>, wanted: &str, back: &str) -> Option<String> {
    match (access, status) {
        (Access::Closed, Some(AccountStatus::DeletionScheduled))
        | (Access::Public, None | Some(AccountStatus::Active | AccountStatus::Unverified))
        | (Access::Anonymous, None)
        | (Access::SignedIn, Some(AccountStatus::Active | AccountStatus::Unverified))
        | (Access::Active, Some(AccountStatus::Active)) => None,
        (_, Some(AccountStatus::DeletionScheduled)) => Some(paths::REACTIVATE.to_owned()),
        (Access::Anonymous, Some(status)) => Some(paths::home_of(status, back)),
        (Access::Active | Access::Closed, Some(_)) => Some(paths::SETTINGS.to_owned()),
        (Access::Closed, None) => Some(paths::LOG_IN.to_owned()),
        (Access::SignedIn | Access::Active, None) => Some(paths::log_in(wanted)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_ends_where_they_belong() {
        use Access as A;
        use AccountStatus as S;
        let (settings, reactivate) = (Some("/users/settings"), Some("/users/reactivate"));
        let log_in = Some("/users/log-in?return_to=/x?a=1");
        let cases = [
            (A::Public, [None, None, None, reactivate]),
            (A::Anonymous, [None, Some("/dashboard"), settings, reactivate]),
            (A::SignedIn, [log_in, None, None, reactivate]),
            (A::Active, [log_in, None, settings, reactivate]),
            (A::Closed, [Some("/users/log-in"), settings, settings, None]),
        ];
        let statuses = [None, Some(S::Active), Some(S::Unverified), Some(S::DeletionScheduled)];
        for (access, expected) in cases {
            for (status, expected) in statuses.into_iter().zip(expected) {
                let to = redirect(access, status, "/x?a=1", "");
                assert_eq!(to.as_deref(), expected, "{access:?} {status:?}");
            }
        }
    }
}
