//! Shows the result of the user's last action.

use leptos::prelude::*;

use super::icon::{Icon, IconMark};
use crate::{
    copy::{notices, refusals},
    domain::{error::Refusal, notice::Notice},
};

/// The notice, and the refusal of a button. Screen readers ignore alerts that are present at load, so the notice
/// gets the keyboard focus, which makes them read it.
#[component]
pub fn Notices(
    /// The notice, if any.
    notice: Option<Notice>,
    /// The refusal of the button that the user pressed, if any.
    refusal: Option<Refusal>,
    /// Whether the first of them gets the keyboard focus.
    is_read_first: bool,
) -> impl IntoView {
    // It waits for something, and a live refresh takes it away when that has come.
    let passes = matches!(notice, Some(Notice::ExportRequested { .. }));
    let notice = notice.map(|notice| {
        let (tone, icon) = tone(&notice);
        (tone, icon, notices::words(&notice))
    });
    let refusal = refusal.map(|refusal| ("notice-refused", Icon::Warning, refusals::words(refusal)));
    let said = notice.into_iter().chain(refusal).enumerate().map(|(place, (tone, icon, words))| {
        let autofocus = is_read_first && place == 0;
        view! {
            <p
                class=format!("notice {tone}")
                tabindex="-1"
                autofocus=autofocus
                data-live=(passes && place == 0).then_some("notice")
            >
                <IconMark icon />
                <span>{words}</span>
            </p>
        }
    });
    said.collect_view()
}

/// The style of a notice: something is done, or the user still has to act or wait.
const fn tone(notice: &Notice) -> (&'static str, Icon) {
    match notice {
        Notice::CheckInbox { .. }
        | Notice::ConfirmationSent { .. }
        | Notice::ResetSent { .. }
        | Notice::EmailChangeRequested { .. }
        | Notice::EmailCorrected { .. }
        | Notice::SudoCodeSent { .. }
        | Notice::ExportRequested { .. } => ("notice-pending", Icon::Waiting),
        Notice::DeletionScheduled { .. }
        | Notice::SessionEnded { .. }
        | Notice::EventDisowned { .. }
        | Notice::FormOfAnother { .. } => ("notice-pending", Icon::Warning),
        _ => ("notice-done", Icon::Done),
    }
}
