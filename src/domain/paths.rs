//! Every address of the site: the router serves them, the access table lists them, and pages and letters link to
//! them.
//!
//! A constant with `{…}` is a pattern in the router's syntax; [`filled`] makes an address from it. Two places
//! repeat addresses, because their macros read only literals: the route table of the pages, which a test compares
//! with the access table, and the attributes that name actions and describe the API.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{providers::AskFor, return_path, security_log::Group, user::AccountStatus};

/// The front page.
pub const HOME: &str = "/";
/// Creating an account.
pub const REGISTER: &str = "/users/register";
/// The page that asks for the address of a person whose provider names none that counts.
pub const REGISTER_EMAIL: &str = "/users/register/email";
/// Signing in.
pub const LOG_IN: &str = "/users/log-in";
/// Asking for a reset link: the answer to "this was not me".
pub const RESET_PASSWORD: &str = "/users/reset-password";
/// The first page of a signed-in user with a verified address.
pub const DASHBOARD: &str = "/dashboard";
/// The overview of the settings.
pub const SETTINGS: &str = "/users/settings";
/// The name.
pub const PROFILE: &str = "/users/settings/profile";
/// Changing the email.
pub const EMAIL: &str = "/users/settings/email";
/// Changing the password.
pub const PASSWORD: &str = "/users/settings/password";
/// The linked providers.
pub const PROVIDERS: &str = "/users/settings/providers";
/// The sessions.
pub const SESSIONS: &str = "/users/settings/sessions";
/// The page that asks before every other session ends.
pub const SIGN_OUT_OTHERS: &str = "/users/settings/sessions/sign-out-others";
/// The copy of one's data.
pub const EXPORT: &str = "/users/settings/export";
/// The address to which that page's button posts; the answer is the file.
pub const EXPORT_DOWNLOAD: &str = "/users/settings/export/download";
/// The API tokens.
pub const API_TOKENS: &str = "/users/settings/api-tokens";
/// The page that asks before every API token is revoked.
pub const REVOKE_ALL_TOKENS: &str = "/users/settings/api-tokens/revoke-all";
/// The security log; [`security_log`] leads to a place in it.
pub const SECURITY_LOG: &str = "/users/settings/security-log";
/// The page that asks before an event is disowned; [`disown`] names the event.
pub const DISOWN: &str = "/users/settings/security-log/disown";
/// Deleting the account.
pub const DELETE: &str = "/users/settings/delete";
/// Confirming that it is the owner; [`sudo`] adds the page to return to.
pub const SUDO: &str = "/users/sudo";
/// The one page of an account whose deletion is scheduled.
pub const REACTIVATE: &str = "/users/reactivate";
/// The stream that open pages listen to.
pub const LIVE: &str = "/users/live";

/// The mailed link that verifies an address.
pub const VERIFY_LINK: &str = "/users/confirm/{token}";
/// The mailed link to a new password.
pub const RESET_LINK: &str = "/users/reset-password/{token}";
/// The mailed link that confirms a new address.
pub const CONFIRM_CHANGE_LINK: &str = "/users/settings/confirm-email/{token}";
/// The mailed link that stops a change of the address.
pub const CANCEL_CHANGE_LINK: &str = "/users/email-change/cancel/{token}";
/// The mailed link that undoes a change of the address.
pub const UNDO_CHANGE_LINK: &str = "/users/email-change/undo/{token}";
/// The mailed link that keeps an account whose deletion is scheduled.
pub const KEEP_LINK: &str = "/users/keep/{token}";

/// The page that sends users to a provider.
pub const PROVIDER: &str = "/users/auth/{provider}";
/// The parameter of that page that names one of the browser's attempts.
pub const ATTEMPT: &str = "attempt";
/// The address to which a provider sends them back.
pub const PROVIDER_CALLBACK: &str = "/users/auth/{provider}/callback";
/// The address that password managers know for every site (RFC 8615 registry).
pub const CHANGE_PASSWORD: &str = "/.well-known/change-password";

/// The field of every form that says for which account the form was made.
pub const ACCOUNT_FIELD: &str = "account";

/// The pattern of every action; [`action`] fills in its name.
pub const ACTION: &str = "/api/{name}";
/// The API for programs, by its version.
pub const API: &str = "/api/v1";
/// Everything below it.
pub const API_REST: &str = "/api/v1/{*rest}";

/// The development mailbox.
pub const MAILBOX: &str = "/dev/mailbox";
/// The same for programs.
pub const MAILBOX_LIST: &str = "/dev/mailbox.json";
/// Reports whether the process lives.
pub const HEALTHZ: &str = "/healthz";
/// Reports whether the process can serve requests.
pub const READYZ: &str = "/readyz";
/// The process's metrics.
pub const METRICS: &str = "/metrics";

/// Longest value in an address, in bytes: twice the longest token. Some addresses become headers, and clients send
/// values of any length.
const LONGEST_VALUE: usize = 256;

/// The address that `pattern` makes with `value`. A value that is longer than any of ours becomes a word that is none
/// of ours either.
#[must_use]
pub fn filled(pattern: &'static str, value: &str) -> String {
    let value = if value.len() <= LONGEST_VALUE { value } else { "too-long" };
    let after = pattern.split_once('}').map_or("", |(_, after)| after);
    format!("{}{value}{after}", beginning(pattern))
}

/// The fixed beginning of every address that `pattern` makes.
#[must_use]
pub const fn beginning(pattern: &'static str) -> &'static str {
    let mut at = 0;
    while at < pattern.len() && pattern.as_bytes()[at] != b'{' {
        at += 1;
    }
    pattern.split_at(at).0
}

/// The address to which the forms of an action post.
#[must_use]
pub fn action(name: &str) -> String {
    filled(ACTION, name)
}

/// The log-in page that comes back to `page`.
#[must_use]
pub fn log_in(page: &str) -> String {
    with_return(LOG_IN, page)
}

/// The sudo page that comes back to `page`.
#[must_use]
pub fn sudo(page: &str) -> String {
    with_return(SUDO, page)
}

/// The page with the button that sends users to a provider. `return_to` is the page that the user wants to see
/// afterwards.
#[must_use]
pub fn before_provider(ask: AskFor, return_to: &str) -> String {
    match ask {
        AskFor::SignIn => log_in(return_to),
        AskFor::Link => PROVIDERS.to_owned(),
        AskFor::Sudo => sudo(return_to),
    }
}

/// The address of the security log: only one group of events if `group` names one, and only events older than
/// `before`.
#[must_use]
pub fn security_log(group: Option<Group>, before: Option<i64>) -> String {
    let query = place(group, before).join("&");
    if query.is_empty() { SECURITY_LOG.to_owned() } else { format!("{SECURITY_LOG}?{query}") }
}

/// The page that asks before the event with this number is disowned, and that leads back to this place in the log.
#[must_use]
pub fn disown(event: i64, group: Option<Group>, before: Option<i64>) -> String {
    let query = [format!("event={event}")].into_iter().chain(place(group, before)).collect::<Vec<_>>().join("&");
    format!("{DISOWN}?{query}")
}

fn place(group: Option<Group>, before: Option<i64>) -> Vec<String> {
    let group = group.map(|group| format!("kind={}", group.word()));
    group.into_iter().chain(before.map(|before| format!("before={before}"))).collect()
}

/// The page that sends users to a provider, for the attempt with the name `attempt`.
#[must_use]
pub fn to_provider(provider: &str, attempt: &str) -> String {
    format!("{}?{ATTEMPT}={attempt}", filled(PROVIDER, provider))
}

/// The page that a user whose account is in the state `status` sees after signing in. `wanted` is the page that
/// the user had asked for.
#[must_use]
pub fn home_of(status: AccountStatus, wanted: &str) -> String {
    match status {
        AccountStatus::Active => return_path::local(wanted).unwrap_or(DASHBOARD).to_owned(),
        AccountStatus::Unverified => SETTINGS.to_owned(),
        AccountStatus::DeletionScheduled => REACTIVATE.to_owned(),
    }
}

fn with_return(path: &str, page: &str) -> String {
    match return_path::local(page) {
        Some(page) => format!("{path}?return_to={}", utf8_percent_encode(page, QUERY_VALUE)),
        None => path.to_owned(),
    }
}

/// The characters that must be escaped in a path that is one value of a query. The slash need not be, so the
/// address stays readable.
const QUERY_VALUE: &AsciiSet = &CONTROLS.add(b'%').add(b'&').add(b'+').add(b'#').add(b'"').add(b'<').add(b'>');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_filled_where_its_value_stands() {
        assert_eq!(filled(VERIFY_LINK, "v1.x"), "/users/confirm/v1.x");
        assert_eq!(filled(VERIFY_LINK, "{token}"), "/users/confirm/{token}");
        assert_eq!(filled(VERIFY_LINK, &"x".repeat(256)).len(), 15 + 256);
        assert_eq!(filled(VERIFY_LINK, &"x".repeat(257)), "/users/confirm/too-long");
        assert_eq!(filled(PROVIDER_CALLBACK, "acme"), "/users/auth/acme/callback");
        assert_eq!(to_provider("acme", "a-b_c3D4"), "/users/auth/acme?attempt=a-b_c3D4");
        assert_eq!(action("sign_in"), "/api/sign_in");
        assert_eq!(beginning(PROVIDER_CALLBACK), "/users/auth/");
        assert_eq!((beginning(HOME), filled(HOME, "x")), ("/", "/x".to_owned()));
    }

    #[test]
    fn only_a_path_of_this_site_is_come_back_to() {
        assert_eq!(log_in("/users/settings"), "/users/log-in?return_to=/users/settings");
        assert_eq!(log_in("/x?a=1&b=%20#c"), "/users/log-in?return_to=/x?a=1%26b=%2520%23c");
        assert_eq!(log_in("//evil.example"), "/users/log-in");
        assert_eq!(sudo(""), "/users/sudo");
    }

    #[test]
    fn the_log_is_found_again_where_it_was_left() {
        assert_eq!(security_log(None, None), "/users/settings/security-log");
        assert_eq!(security_log(None, Some(7)), "/users/settings/security-log?before=7");
        let path = security_log(Some(Group::Email), Some(7));
        assert_eq!(path, "/users/settings/security-log?kind=email&before=7");
        assert_eq!(sudo(&path), "/users/sudo?return_to=/users/settings/security-log?kind=email%26before=7");
        assert_eq!(disown(3, None, None), "/users/settings/security-log/disown?event=3");
        let path = disown(3, Some(Group::Email), Some(7));
        assert_eq!(path, "/users/settings/security-log/disown?event=3&kind=email&before=7");
    }

    #[test]
    fn everybody_has_a_home() {
        assert_eq!(home_of(AccountStatus::Active, "/users/settings/email"), "/users/settings/email");
        assert_eq!(home_of(AccountStatus::Active, "//evil.example"), "/dashboard");
        assert_eq!(home_of(AccountStatus::Unverified, "/dashboard"), "/users/settings");
        assert_eq!(home_of(AccountStatus::DeletionScheduled, "/dashboard"), "/users/reactivate");
    }
}
