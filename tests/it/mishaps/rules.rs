//! What must hold of every form, whatever happens.

use signet::domain::paths;

use super::{Mishap, Outcome, Outcomes, scene::BOB};

/// The forms whose action happens again if they are sent again, and what that means. Every other form does it once.
pub const AGAIN: [(&str, &str); 14] = [
    ("confirm_sudo", "the session is confirmed from then on"),
    ("confirm_sudo_by_code", "the session is confirmed from then on"),
    ("continue_with_provider", "another attempt begins beside the first; both can be finished"),
    ("disown_event", "what has begun since is ended too"),
    ("request_email_change", "a new link replaces the first"),
    ("request_export", "a new export replaces the first, once that is ready"),
    ("request_password_reset", "a second link works beside the first"),
    ("request_sudo_code", "a new code replaces the first"),
    ("resend_confirmation", "a new link replaces the first"),
    (
        "sign_in",
        "a second session begins; the first one ends, if the browser still has its token, else it stands in the list of sessions",
    ),
    ("sign_up", "the account is made anew, and the link of the first no longer works"),
    ("sign_up_with_provider", "the account is made anew, and the link of the first no longer works"),
    ("update_profile", "the same name is saved"),
    (paths::EXPORT_DOWNLOAD, "the file is sent again"),
];

/// Why the action of a form may happen again.
pub fn again(form: &str) -> Option<&'static str> {
    AGAIN.iter().find(|(name, _)| *name == form).map(|(_, why)| *why)
}

/// How often the action was done, in comparison to a form that met with no mishap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    NotAtAll,
    Once,
    Again,
}

/// An action that records no event leaves a letter, or nothing that can be counted.
pub fn done(outcomes: &Outcomes, mishap: Mishap) -> Done {
    let count = |outcome: &Outcome| if outcomes[&Mishap::None].done > 0 { outcome.done } else { outcome.letters.len() };
    match (count(&outcomes[&mishap]), count(&outcomes[&Mishap::None])) {
        (0, once) if once > 0 => Done::NotAtAll,
        (now, once) if now <= once => Done::Once,
        _ => Done::Again,
    }
}

/// What is wrong with the outcomes of a form.
pub fn broken(form: &str, outcomes: &Outcomes) -> Vec<String> {
    let clean = &outcomes[&Mishap::None];
    let mut found = Vec::new();
    for (mishap, outcome) in outcomes {
        let done = done(outcomes, *mishap);
        let is_again = done == Done::Again;
        let rules = [
            ("says nothing", outcome.says.is_empty()),
            ("does it twice", is_again && again(form).is_none()),
            ("sends letters of something that is done once", !is_again && outcome.letters.len() > clean.letters.len()),
            ("signs out without a word", outcome.was_in && outcome.signed_in.is_none() && !says_why(&outcome.says)),
            ("does nothing and does not say so", done == Done::NotAtAll && outcome.says.starts_with("Dashboard:")),
            ("acts for another account", *mishap == Mishap::OtherAccount && !is_kept_from_others(outcome)),
            ("says what no second press may say", *mishap == Mishap::PressedTwice && !is_of_two(outcomes, outcome)),
        ];
        let broken = rules.iter().filter(|(_, is_broken)| *is_broken);
        found.extend(broken.map(|(what, _)| format!("{form} {what} ({mishap:?}): {outcome:?}, without it {clean:?}")));
    }
    found
}

/// Whether the words tell a person who was signed in why they no longer are, or what they have done to be signed out.
fn says_why(words: &str) -> bool {
    ["You were signed out.", "You're signed out", "account is closed"].iter().any(|reason| words.contains(reason))
}

/// Whether one of two simultaneous requests says what a later one says, or what only one of two may say.
fn is_of_two(outcomes: &Outcomes, outcome: &Outcome) -> bool {
    let later = [Mishap::None, Mishap::AnswerLost, Mishap::SentAgain].map(|mishap| outcomes[&mishap].says.as_str());
    let only = [
        "Your account changed in the meantime.",
        "You're already downloading it.",
        "We're already preparing your export",
    ];
    later.contains(&outcome.says.as_str()) || only.iter().any(|words| outcome.says.starts_with(words))
}

/// The form of one account does nothing for another, and the page names both. A form that belongs to no account, or to
/// that of a link, does what it is for; if that signs the other person out, the page says so.
fn is_kept_from_others(outcome: &Outcome) -> bool {
    let says = |words: &str| outcome.says.contains(words);
    let is_other_still_in = outcome.signed_in.as_deref() == Some(BOB);
    match outcome.is_marked {
        true => {
            let does_nothing = (outcome.done, outcome.letters.len()) == (0, 0) && is_other_still_in;
            does_nothing && says("Nothing was changed: that form belongs to ") && says(BOB)
        }
        false => is_other_still_in || says("b•••@example.com was signed out in this browser"),
    }
}
