//! How well the account is protected, and what to do next, in one line.

use leptos::prelude::*;

use crate::{
    components::icon::{Icon, IconMark},
    domain::paths,
    server::lifecycle::{providers::ProviderLine, queries::Overview as Found},
};

/// How well the account is protected: the first of these that is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protection {
    /// The address is not confirmed.
    Unverified,
    /// A change of the address waits.
    Changing,
    /// No provider signs the user in, and there is no password.
    NoWayIn,
    /// Only a provider signs the user in.
    ProviderOnly,
    /// Only the password signs the user in, although the site has providers.
    PasswordOnly,
    /// Nothing is left to do but to look at the other sessions.
    OtherSessions,
    /// Nothing is left to do.
    Complete,
}

impl Protection {
    fn of(found: &Found, providers: &[ProviderLine]) -> Self {
        let linked = signing_in(providers).count();
        match (found.has_password, linked) {
            _ if !found.verified => Self::Unverified,
            (false, 0) => Self::NoWayIn,
            _ if found.pending.is_some() => Self::Changing,
            (false, _) => Self::ProviderOnly,
            (true, 0) if providers.iter().any(|line| line.linked.is_none()) => Self::PasswordOnly,
            _ if found.sessions > 1 => Self::OtherSessions,
            _ => Self::Complete,
        }
    }

    /// What is so, and what to do.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Unverified => (
                "Your email isn't confirmed yet.",
                "Confirm this address to start using your account. Until then you can correct it, sign out or delete \
                 the account.",
            ),
            Self::Changing => ("Your email is about to change.", "Open the link we sent to the new address."),
            Self::NoWayIn => ("You have no way to sign in again.", "Set a password before you sign out."),
            Self::ProviderOnly => {
                ("Your account has one way in.", "Set a password, so that you can sign in without the provider too.")
            }
            Self::PasswordOnly => {
                ("Your account is protected by your password.", "Link a provider to have a second way to sign in.")
            }
            Self::OtherSessions => ("Your account is protected.", "Check your other sessions."),
            Self::Complete => ("Your account is protected.", "There's nothing you need to do."),
        }
    }

    const fn next(self) -> Option<&'static str> {
        match self {
            Self::Unverified | Self::Complete => None,
            Self::Changing => Some(paths::EMAIL),
            Self::NoWayIn | Self::ProviderOnly => Some(paths::PASSWORD),
            Self::PasswordOnly => Some(paths::PROVIDERS),
            Self::OtherSessions => Some(paths::SESSIONS),
        }
    }

    const fn look(self) -> (&'static str, Icon) {
        match self {
            Self::Unverified | Self::Changing => ("protection notice-pending", Icon::Waiting),
            Self::NoWayIn => ("protection notice-refused", Icon::Warning),
            Self::ProviderOnly | Self::PasswordOnly | Self::OtherSessions | Self::Complete => {
                ("protection notice-done", Icon::Shield)
            }
        }
    }
}

/// The line.
#[component]
pub(super) fn ProtectionLine<'a>(
    /// The account.
    found: &'a Found,
    /// The providers of the site, followed by linked ones that the settings no longer list.
    providers: &'a [ProviderLine],
) -> impl IntoView + use<> {
    let protection = Protection::of(found, providers);
    let ((state, advice), (class, icon)) = (protection.words(), protection.look());
    let advice = match protection.next() {
        Some(page) => view! { <a href=page>{advice}</a> }.into_any(),
        None => advice.into_any(),
    };
    view! {
        <p class=class>
            <IconMark icon />
            <span><strong>{state}</strong>" "{advice}</span>
        </p>
    }
}

/// The names of the linked providers that sign the user in.
pub(super) fn signing_in(providers: &[ProviderLine]) -> impl Iterator<Item = &str> {
    let signs_in = |line: &&ProviderLine| line.linked.as_ref().is_some_and(|linked| linked.is_configured);
    providers.iter().filter(signs_in).map(|line| line.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{email::Email, providers::ProviderId, time::Timestamp},
        server::lifecycle::{email_change::PendingChange, providers::LinkedProvider},
    };

    fn account(verified: bool, has_password: bool, sessions: i64) -> Found {
        Found {
            email: Email::parse("ada@example.com").unwrap(),
            verified,
            name: None,
            has_password,
            providers: Vec::new(),
            sessions,
            api_tokens: 0,
            pending: None,
            created_at: Timestamp(0),
        }
    }

    fn provider(is_linked: bool, is_configured: bool) -> ProviderLine {
        let at = Timestamp(0);
        let linked = LinkedProvider { email: None, linked_at: at, last_used_at: None, is_configured };
        ProviderLine {
            id: ProviderId::parse("acme").unwrap(),
            name: "Acme".to_owned(),
            linked: is_linked.then_some(linked),
            is_last_way_in: false,
        }
    }

    #[test]
    fn the_line_says_the_most_urgent_thing() {
        let of = |account: &Found, providers: &[ProviderLine]| Protection::of(account, providers);
        let (linked, free, withdrawn) = (provider(true, true), provider(false, true), provider(true, false));
        assert_eq!(of(&account(false, true, 2), &[]), Protection::Unverified);
        let withdrawn = [withdrawn];
        assert_eq!(of(&account(true, false, 1), &withdrawn), Protection::NoWayIn);
        assert_eq!(of(&account(true, true, 2), &withdrawn), Protection::OtherSessions);
        assert_eq!(of(&account(true, true, 2), &[free]), Protection::PasswordOnly);
        assert_eq!(of(&account(true, true, 2), &[]), Protection::OtherSessions);
        assert_eq!(of(&account(true, true, 1), &[]), Protection::Complete);
        let linked = [linked];
        assert_eq!(of(&account(true, false, 1), &linked), Protection::ProviderOnly);
        assert_eq!(of(&account(true, true, 1), &linked), Protection::Complete);
        let mut changing = account(true, true, 1);
        let (new_email, at) = (Email::parse("new@example.com").unwrap(), Timestamp(0));
        changing.pending = Some(PendingChange { new_email, requested_at: at, expires_at: at });
        assert_eq!(of(&changing, &linked), Protection::Changing);
    }
}
