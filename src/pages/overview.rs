//! `/users/settings`.

mod protection;

use leptos::prelude::*;

use self::protection::{ProtectionLine, signing_in};
use super::query::{loaded, with_viewer};
use crate::{
    components::{
        action_button::ActionButton,
        badge::{Badge, Tone},
        layout::Layout,
        live::Live,
        settings_nav::Section,
    },
    copy::units,
    domain::paths,
    server::lifecycle::{providers::ProviderLine, queries::Overview as Found},
};

/// The state of the account in rows, each with the link to the page that changes it.
#[component]
pub fn Overview() -> impl IntoView {
    with_viewer(|context, viewer| {
        let lifecycle = context.state.lifecycle.clone();
        let query = async move { lifecycle.overview(&viewer).await };
        loaded(context, query, |context, mut found| {
            let providers = core::mem::take(&mut found.providers);
            let grace = units::span(context.state.lifecycle.policy.grace_period);
            view! {
                <Layout title="Settings" section=Section::Overview>
                    <Live key="overview">
                        <Who found=&found />
                        <ProtectionLine found=&found providers=&providers />
                        <AccountRows found=&found />
                        <SignInRows found=&found providers />
                        <DeviceRows found=&found />
                        <DataRows found=&found grace />
                    </Live>
                </Layout>
            }
            .into_any()
        })
    })
}

/// The name and the address, with the initials.
#[component]
fn Who<'a>(found: &'a Found) -> impl IntoView + use<> {
    let email = found.email.shown();
    let name = found.name.as_ref().map(|name| name.as_str().to_owned());
    let initials = initials(name.as_deref().unwrap_or(&email));
    let since = format!("Account created {}.", units::day(found.created_at));
    let (who, below) = match name {
        Some(name) => (name, Some(email)),
        None => (email, None),
    };
    view! {
        <div class="who">
            <span class="who-initials" aria-hidden="true">{initials}</span>
            <div class="who-words">
                <p class="who-name"><bdi>{who}</bdi></p>
                {below.map(|email| view! { <p class="who-email">{email}</p> })}
                <p class="who-since">{since}</p>
            </div>
        </div>
    }
}

/// The first letters of the first and of the last word, of an address only the first letter.
fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let ends = words.first().into_iter().chain(words.last().filter(|_| words.len() > 1));
    ends.filter_map(|word| word.chars().find(|c| c.is_alphanumeric())).flat_map(char::to_uppercase).collect()
}

/// Rows of one subject.
#[component]
fn Group(
    /// The subject.
    title: &'static str,
    /// The rows.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="rows">
            <h2 class="rows-title">{title}</h2>
            <ul class="rows-list">{children()}</ul>
        </section>
    }
}

/// Label, value, action.
#[component]
fn Row(
    /// What the row is about.
    label: &'static str,
    /// The action: the page that changes it, and the words of the link.
    action: (&'static str, &'static str),
    /// The value.
    children: Children,
) -> impl IntoView {
    view! {
        <li class="row">
            <span class="row-label">{label}</span>
            <div class="row-value">{children()}</div>
            <a class="row-action" href=action.0>{action.1}</a>
        </li>
    }
}

#[component]
fn AccountRows<'a>(found: &'a Found) -> impl IntoView + use<> {
    let name = found.verified.then(|| {
        let name = match &found.name {
            Some(name) => view! { <bdi>{name.as_str().to_owned()}</bdi> }.into_any(),
            None => view! { <span class="row-none">"No name yet"</span> }.into_any(),
        };
        view! { <Row label="Name" action=(paths::PROFILE, "Change name")>{name}</Row> }
    });
    let email = found.email.shown();
    let badge = if found.verified { (Tone::Done, "Verified") } else { (Tone::Pending, "Not verified") };
    let pending = found.pending.as_ref().map(|pending| {
        let new = pending.new_email.shown();
        view! { <p class="row-more">"Waiting for "<span class="address">{new}</span>" to be confirmed."</p> }
    });
    let resend = (!found.verified).then(|| {
        view! { <ActionButton action="resend_confirmation" label="Resend confirmation" busy="Sending…" /> }
    });
    view! {
        <Group title="Account">
            {name}
            <Row label="Email" action=(paths::EMAIL, "Change email")>
                <span class="address">{email}</span>" "<Badge tone=badge.0 words=badge.1 />
                {pending}
                {resend}
            </Row>
        </Group>
    }
}

#[component]
fn SignInRows<'a>(
    found: &'a Found,
    /// The providers of the site, followed by linked ones that the settings no longer list.
    providers: Vec<ProviderLine>,
) -> impl IntoView + use<> {
    let (password, action) =
        if found.has_password { ("Set", "Change password") } else { ("You have no password.", "Set a password") };
    let linked = (!providers.is_empty()).then(|| {
        let names = signing_in(&providers).collect::<Vec<_>>().join(", ");
        let names = if names.is_empty() { "None linked".to_owned() } else { names };
        view! { <Row label="Providers" action=(paths::PROVIDERS, "Linked providers")>{names}</Row> }
    });
    found.verified.then(|| {
        view! {
            <Group title="Sign-in">
                <Row label="Password" action=(paths::PASSWORD, action)>{password}</Row>
                {linked}
            </Group>
        }
    })
}

#[component]
fn DeviceRows<'a>(found: &'a Found) -> impl IntoView + use<> {
    let sessions = match found.sessions {
        1 => "You're only signed in here.".to_owned(),
        n => format!("You have {n} sessions, this one included."),
    };
    found.verified.then(|| {
        view! {
            <Group title="Devices">
                <Row label="Sessions" action=(paths::SESSIONS, "Manage sessions")>{sessions}</Row>
                <Row label="Activity" action=(paths::SECURITY_LOG, "Security log")>
                    "What happened to your account, and from where."
                </Row>
            </Group>
        }
    })
}

#[component]
fn DataRows<'a>(
    found: &'a Found,
    /// The time between the request and the erasure, in words.
    grace: String,
) -> impl IntoView + use<> {
    let tokens = match found.api_tokens {
        0 => "No API tokens".to_owned(),
        1 => "1 active token".to_owned(),
        n => format!("{n} active tokens"),
    };
    let of_verified = found.verified.then(|| {
        view! {
            <Row label="Programs" action=(paths::API_TOKENS, "API tokens")>{tokens}</Row>
            <Row label="Export" action=(paths::EXPORT, "Export your data")>
                "Download everything we store about you."
            </Row>
        }
    });
    view! {
        <Group title="Data">
            {of_verified}
            <li class="row row-danger">
                <span class="row-label">"Deletion"</span>
                <div class="row-value">
                    "Closes your account now and erases it after " {grace} ". You can come back until then."
                </div>
                <a class="row-action" href=paths::DELETE>"Delete account"</a>
            </li>
        </Group>
    }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_the_first_letters_of_the_first_and_last_word() {
        for (name, expected) in [
            ("Ada Lovelace", "AL"),
            ("ada", "A"),
            ("ada@example.com", "A"),
            ("Augusta Ada King", "AK"),
            ("Émilie du Châtelet", "ÉC"),
            ("李 小龙", "李小"),
            ("\u{1f600}", ""),
            ("", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
