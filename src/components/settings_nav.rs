//! The navigation of the settings.

use leptos::prelude::*;

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

    /// Whether it is there for an account whose address is not verified yet.
    const fn is_for_all(self) -> bool {
        matches!(self, Self::Overview | Self::Email | Self::Delete)
    }

    const fn link(self) -> (&'static str, &'static str) {
        match self {
            Self::Overview => ("/users/settings", "Overview"),
            Self::Profile => ("/users/settings/profile", "Profile"),
            Self::Email => ("/users/settings/email", "Email"),
            Self::Password => ("/users/settings/password", "Password"),
            Self::Providers => ("/users/settings/providers", "Providers"),
            Self::Sessions => ("/users/settings/sessions", "Sessions"),
            Self::ApiTokens => ("/users/settings/api-tokens", "API tokens"),
            Self::Export => ("/users/settings/export", "Export"),
            Self::SecurityLog => ("/users/settings/security-log", "Security log"),
            Self::Delete => ("/users/settings/delete", "Delete account"),
        }
    }
}

/// Links to every section that the account has; the current one is marked.
#[component]
pub fn SettingsNav(
    /// The section that is shown.
    current: Section,
    /// Whether the account's address is verified.
    verified: bool,
    /// Whether there are providers to link.
    has_providers: bool,
    /// Whether it was confirmed that it's the owner.
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
