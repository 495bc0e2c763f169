//! What a tab does, event by event. A page version is `ACCOUNT.ROWS`.

use super::*;

/// The page that the tab shows, seen and with no form pending.
const PAGE: Page<'static> = Page { version: "ada.1", is_visible: true, has_pending_form: false };
const PENDING: Page<'static> = Page { has_pending_form: true, ..PAGE };
const HIDDEN: Page<'static> = Page { is_visible: false, ..PAGE };

const NEWER: Input<'static> = Input::Found(Some(Found { version: "ada.2", is_redirected: false }));
const SIGNED_OUT: Input<'static> = Input::Found(Some(Found { version: "", is_redirected: true }));
const OTHER_PAGE: Input<'static> = Input::Found(Some(Found { version: "ada.2", is_redirected: true }));
const OTHER_ACCOUNT: Input<'static> = Input::Found(Some(Found { version: "bob.7", is_redirected: false }));

fn tell(version: &str) -> Command {
    Command::Tell(version.to_owned())
}

/// A tab whose request for the page is under way.
fn requesting() -> Tab {
    let mut tab = Tab::default();
    assert_eq!(tab.on(Input::TabVersion("ada.2"), PAGE), [Command::Request]);
    tab
}

#[test]
fn a_page_listens_while_it_is_visible() {
    let mut tab = Tab::default();
    assert_eq!(tab.on(Input::VisibilityChanged, PAGE), [Command::Close, Command::Open]);
    assert_eq!(tab.on(Input::VisibilityChanged, HIDDEN), [Command::Close]);
    assert_eq!(tab.on(Input::StreamRefused, PAGE), [Command::Wait(Timer::Listen, RETRY)]);
    assert_eq!(tab.on(Input::Due(Timer::Listen), PAGE), [Command::Close, Command::Open]);
    assert_eq!(tab.on(Input::Due(Timer::Listen), HIDDEN), [Command::Close]);
}

#[test]
fn a_new_version_from_the_server_is_told_and_requested_and_the_shown_one_is_neither() {
    let mut tab = Tab::default();
    assert_eq!(tab.on(Input::ServerVersion("ada.1"), PAGE), []);
    assert_eq!(tab.on(Input::TabVersion("ada.1"), PAGE), []);
    assert_eq!(tab.on(Input::ServerVersion("ada.2"), PAGE), [tell("ada.2"), Command::Request]);
    assert_eq!(tab.on(NEWER, PAGE), [Command::ReplaceParts]);
}

#[test]
fn what_changes_during_a_refresh_is_refreshed_once_more_and_only_once() {
    let mut tab = requesting();
    for _ in 0..3 {
        assert_eq!(tab.on(Input::TabVersion("ada.3"), PAGE), []);
    }
    assert_eq!(tab.on(NEWER, PAGE), [Command::ReplaceParts, Command::Request]);
    assert_eq!(tab.on(NEWER, PAGE), [Command::ReplaceParts]);
}

#[test]
fn what_changes_before_the_request_is_sent_needs_no_other() {
    let mut tab = Tab::default();
    assert_eq!(tab.on(Input::TabVersion("ada.2"), PENDING), [Command::Wait(Timer::Continue, FORM_CHECK)]);
    assert_eq!(tab.on(Input::TabVersion("ada.3"), PENDING), []);
    assert_eq!(tab.on(Input::Due(Timer::Continue), PAGE), [Command::Request]);
    assert_eq!(tab.on(NEWER, PAGE), [Command::ReplaceParts]);
}

#[test]
fn a_refresh_waits_for_a_form_but_not_for_ever() {
    let mut tab = Tab::default();
    let mut commands = tab.on(Input::TabVersion("ada.2"), PENDING);
    let mut checks = 0;
    while commands == [Command::Wait(Timer::Continue, FORM_CHECK)] {
        checks += 1;
        commands = tab.on(Input::Due(Timer::Continue), PENDING);
    }
    assert_eq!((checks, commands), (MOST_FORM_CHECKS, vec![Command::Request]));
}

#[test]
fn a_form_that_was_just_sent_counts_as_pending_for_a_second() {
    let mut tab = Tab::default();
    assert_eq!(tab.on(Input::FormSent, PAGE), [Command::Wait(Timer::SendingOver, SENDING)]);
    assert_eq!(tab.on(Input::TabVersion("ada.2"), PAGE), [Command::Wait(Timer::Continue, FORM_CHECK)]);
    assert_eq!(tab.on(Input::Due(Timer::SendingOver), PAGE), []);
    assert_eq!(tab.on(Input::Due(Timer::Continue), PAGE), [Command::Request]);
}

#[test]
fn a_tab_that_sent_a_form_tells_the_others_when_it_leaves() {
    let mut tab = Tab::default();
    assert_eq!(tab.on(Input::PageLeft, PAGE), []);
    tab.on(Input::FormSent, PAGE);
    tab.on(Input::Due(Timer::SendingOver), PAGE);
    assert_eq!(tab.on(Input::PageLeft, PAGE), [tell(UNKNOWN_VERSION)]);
    // No page has this version, so every other tab refreshes.
    assert_eq!(Tab::default().on(Input::TabVersion(UNKNOWN_VERSION), PAGE), [Command::Request]);
}

#[test]
fn a_part_with_the_focus_is_replaced_when_the_focus_leaves() {
    let mut tab = requesting();
    assert_eq!(tab.on(Input::FocusLeft, PAGE), []);
    tab.on(NEWER, PAGE);
    assert_eq!(tab.on(Input::PartSkipped, PAGE), []);
    assert_eq!(tab.on(Input::FocusLeft, PAGE), [Command::Wait(Timer::Refresh, FORM_CHECK)]);
    assert_eq!(tab.on(Input::FocusLeft, PAGE), []);
    assert_eq!(tab.on(Input::Due(Timer::Refresh), PAGE), [Command::Request]);
}

#[test]
fn a_failed_refresh_is_retried() {
    let mut tab = requesting();
    assert_eq!(tab.on(Input::Found(None), PAGE), [Command::Wait(Timer::Refresh, RETRY)]);
    assert_eq!(tab.on(Input::Due(Timer::Refresh), PAGE), [Command::Request]);
}

#[test]
fn a_stream_that_says_signed_out_is_not_believed_alone() {
    let mut tab = Tab::default();
    let commands = tab.on(Input::SignedOut, PAGE);
    assert_eq!(commands, [Command::Close, tell(""), Command::Request, Command::Wait(Timer::Listen, RETRY)]);
    assert_eq!(tab.on(NEWER, PAGE), [Command::ReplaceParts]);
    assert_eq!(tab.on(Input::Due(Timer::Listen), PAGE), [Command::Close, Command::Open]);
}

#[test]
fn only_the_second_of_two_such_responses_counts_and_it_ends_all_refreshes() {
    let signed_out = vec![Command::Close, Command::ShowSignedOut];
    for (found, end) in
        [(SIGNED_OUT, signed_out), (OTHER_PAGE, vec![Command::Reload]), (OTHER_ACCOUNT, vec![Command::Reload])]
    {
        let mut tab = requesting();
        assert_eq!(tab.on(found, PAGE), [Command::Wait(Timer::Continue, RECHECK)], "{found:?}");
        // A change during the pause does not shorten it.
        assert_eq!(tab.on(Input::TabVersion(""), PAGE), [], "{found:?}");
        assert_eq!(tab.on(Input::Due(Timer::Continue), PAGE), [Command::Request], "{found:?}");
        assert_eq!(tab.on(found, PAGE), end, "{found:?}");
        for input in [
            Input::VisibilityChanged,
            Input::ServerVersion("ada.9"),
            Input::TabVersion("ada.9"),
            Input::SignedOut,
            Input::StreamRefused,
            Input::Due(Timer::Refresh),
            Input::Due(Timer::Continue),
            Input::Due(Timer::Listen),
        ] {
            assert_eq!(tab.on(input, PAGE), [], "{found:?}, then {input:?}");
        }
    }
}

#[test]
fn doubt_ends_with_a_response_for_this_account_or_with_a_failure() {
    for between in [NEWER, Input::Found(None)] {
        let mut tab = requesting();
        tab.on(SIGNED_OUT, PAGE);
        tab.on(Input::Due(Timer::Continue), PAGE);
        tab.on(between, PAGE);
        assert_eq!(tab.on(Input::Due(Timer::Refresh), PAGE), [Command::Request], "{between:?}");
        assert_eq!(tab.on(SIGNED_OUT, PAGE), [Command::Wait(Timer::Continue, RECHECK)], "{between:?}");
    }
}

#[test]
fn a_form_sent_during_the_pause_is_waited_for_as_long_as_any_other() {
    let mut tab = requesting();
    tab.on(SIGNED_OUT, PAGE);
    assert_eq!(tab.on(Input::Due(Timer::Continue), PENDING), [Command::Wait(Timer::Continue, FORM_CHECK)]);
    assert_eq!(tab.on(Input::Due(Timer::Continue), PAGE), [Command::Request]);
}
