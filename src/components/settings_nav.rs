//! The navigation of the settings.

use leptos::prelude::*;

use crate::domain::paths;

/// A section of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the page with its name")]
pub enum Section {
    Overview,
    Profile,
    Email,
    Password,
    Providers,
    Sessions,
    ApiTokens,
    Export,
    SecurityLog,
    Delete,
}

impl Section {
    const ALL: [Self; 10] = [
        Self::Overview,
        Self::Profile,
        Self::Email,
        Self::Password,
        Self::Providers,
        Self::Sessions,
        Self::ApiTokens,
        Self::Export,
        Self::SecurityLog,
        Self::Delete,
    ];

    /// Whether an account with an unverified address has it, too.
    const fn is_for_all(self) -> bool {
        matches!(self, Self::Overview | Self::Email | Self::Delete)
    }

    const fn link(self) -> (&'static str, &'static str) {
        match self {
            Self::Overview => (paths::SETTINGS, "Overview"),
            Self::Profile => (paths::PROFILE, "Profile"),
            Self::Email => (paths::EMAIL, "Email"),
            Self::Password => (paths::PASSWORD, "Password"),
            Self::Providers => (paths::PROVIDERS, "Providers"),
            Self::Sessions => (paths::SESSIONS, "Sessions"),
            Self::ApiTokens => (paths::API_TOKENS, "API tokens"),
            Self::Export => (paths::EXPORT, "Export"),
            Self::SecurityLog => (paths::SECURITY_LOG, "Security log"),
            Self::Delete => (paths::DELETE, "Delete account"),
        }
    }
}

/// Links to every section that the account has, with the current one marked.
#[component]
pub fn SettingsNav(
    /// The current section.
    current: Section,
    /// Whether the account's address is verified.
    verified: bool,
    /// Whether the site has providers.
    has_providers: bool,
    /// The line about sudo mode.
    sudo: AnyView,
) -> impl IntoView {
    let sections = Section::ALL
        .into_iter()
        .filter(|section| verified || section.is_for_all())
        .filter(|section| has_providers || *section != Section::Providers);
    let link = |section: Section| {
        let (href, label) = section.link();
        let here = (section == current).then_some("page");
        view! { <li><a class="settings-link" href=href aria-current=here>{label}</a></li> }
    };
    view! {
        <nav aria-label="Settings">
            <div class="settings-side">
                <ul class="settings-list" data-live="sections">
                    {sections.map(link).collect_view()}
                </ul>
                {sudo}
            </div>
        </nav>
    }
}
