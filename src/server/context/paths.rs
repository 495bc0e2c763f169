//! Addresses that are put together.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::domain::{providers::AskFor, return_path, security_log::Group, user::Standing};

/// The log-in page that comes back to `page`.
#[must_use]
pub fn log_in_path(page: &str) -> String {
    with_return("/users/log-in", page)
}

/// The sudo page that comes back to `page`.
#[must_use]
pub fn sudo_path(page: &str) -> String {
    with_return("/users/sudo", page)
}

/// The page with the button that sends people to a provider; `return_to` is where they want
/// to go from there.
#[must_use]
pub fn page_of(ask: AskFor, return_to: &str) -> String {
    match ask {
        AskFor::SignIn => log_in_path(return_to),
        AskFor::Link => "/users/settings/providers".to_owned(),
        AskFor::Sudo => sudo_path(return_to),
    }
}

/// The security log: of one group of events where one is named, from before an event on.
#[must_use]
pub fn log_path(group: Option<Group>, before: Option<i64>) -> String {
    let group = group.map(|group| format!("kind={}", group.word()));
    let before = before.map(|before| format!("before={before}"));
    let query = group.into_iter().chain(before).collect::<Vec<_>>().join("&");
    let path = "/users/settings/security-log";
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn with_return(path: &str, page: &str) -> String {
    match return_path::local(page) {
        Some(page) => format!("{path}?return_to={}", utf8_percent_encode(page, QUERY_VALUE)),
        None => path.to_owned(),
    }
}

/// What a path needs escaped to be one value of a query. The slash may stay, and the
/// address stays readable.
const QUERY_VALUE: &AsciiSet = &CONTROLS.add(b'%').add(b'&').add(b'+').add(b'#').add(b'"').add(b'<').add(b'>');

/// Where somebody in `standing` goes after signing in, having wanted to go to `wanted`.
#[must_use]
pub fn home_of(standing: Standing, wanted: &str) -> String {
    match standing {
        Standing::Active => return_path::local(wanted).unwrap_or("/dashboard").to_owned(),
        Standing::Unverified => "/users/settings".to_owned(),
        Standing::DeletionScheduled => "/users/reactivate".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_this_site_is_come_back_to() {
        assert_eq!(log_in_path("/users/settings"), "/users/log-in?return_to=/users/settings");
        assert_eq!(log_in_path("/x?a=1&b=%20#c"), "/users/log-in?return_to=/x?a=1%26b=%2520%23c");
        assert_eq!(log_in_path("//evil.example"), "/users/log-in");
        assert_eq!(sudo_path(""), "/users/sudo");
    }

    #[test]
    fn the_log_is_found_again_where_it_was_left() {
        assert_eq!(log_path(None, None), "/users/settings/security-log");
        assert_eq!(log_path(None, Some(7)), "/users/settings/security-log?before=7");
        let path = log_path(Some(Group::Email), Some(7));
        assert_eq!(path, "/users/settings/security-log?kind=email&before=7");
        assert_eq!(sudo_path(&path), "/users/sudo?return_to=/users/settings/security-log?kind=email%26before=7");
    }

    #[test]
    fn everybody_has_a_home() {
        assert_eq!(home_of(Standing::Active, "/users/settings/email"), "/users/settings/email");
        assert_eq!(home_of(Standing::Active, "//evil.example"), "/dashboard");
        assert_eq!(home_of(Standing::Unverified, "/dashboard"), "/users/settings");
        assert_eq!(home_of(Standing::DeletionScheduled, "/dashboard"), "/users/reactivate");
    }
}
