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
            _ if found.pending.is_some() => Self::Changing,
            (false, 0) => Self::NoWayIn,
            (false, _) => Self::ProviderOnly,
            (true, 0) if !providers.is_empty() => Self::PasswordOnly,
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
