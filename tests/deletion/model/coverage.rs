//! Checks that the random lives meet every kind of result. If every step were refused, model and site would agree,
//! and the test would prove nothing.

use std::{cell::RefCell, collections::BTreeSet};

use proptest::test_runner::TestRunner;
use proptest_state_machine::ReferenceStateMachine;

use super::{
    Model, SEEDS, config, lives,
    state::{Outcome, State},
    step::Step,
};

/// The kinds of steps, and the outcomes that each kind must have at least once.
const MET: [(&str, &[&str]); 41] = [
    ("Pass", &["done"]),
    ("Leap", &["done"]),
    ("Confirm", &["done"]),
    ("Restart", &["done"]),
    ("SignUp", &["done"]),
    ("SignIn", &["Active", "Unverified", "DeletionScheduled", "WrongCredentials"]),
    ("SignInAt", &["Active", "LinkFirst"]),
    ("SignOut", &["done"]),
    ("OpenPage", &["done"]),
    ("Verify", &["done", "DeadLink", "WrongPassword"]),
    ("Resend", &["done"]),
    ("AskForReset", &["done"]),
    ("Reset", &["true", "false", "DeadLink"]),
    ("ConfirmSudo", &["done", "WrongPassword", "NoPassword", "DeletionScheduled"]),
    ("ConfirmSudoAt", &["done", "HasPassword", "OtherIdentity"]),
    ("Rename", &["done", "Unverified", "DeletionScheduled"]),
    ("ChangePassword", &["done", "WrongPassword", "SamePassword", "NoPassword", "Unverified", "DeletionScheduled"]),
    ("SetPassword", &["done", "HasPassword", "SudoRequired", "Unverified", "DeletionScheduled"]),
    ("AskForChange", &["done", "SameEmail", "SudoRequired", "DeletionScheduled"]),
    ("ConfirmChange", &["done", "DeadLink", "OtherUser"]),
    ("CancelChange", &["done", "DeadLink"]),
    ("UndoChange", &["done", "DeadLink"]),
    ("an undo goes over a change that is", &["open", "confirmed"]),
    ("Link", &["done", "AlreadyLinked", "Unverified", "DeletionScheduled"]),
    ("Unlink", &["done", "ChangedMeanwhile", "LastWayIn", "Unverified", "DeletionScheduled"]),
    ("Disown", &["done", "NotFound", "Unverified", "DeletionScheduled"]),
    ("CreateToken", &["done", "Unverified", "DeletionScheduled"]),
    ("RevokeToken", &["done", "NotFound"]),
    ("RevokeAllTokens", &["done", "Unverified"]),
    ("Program", &["done", "InsufficientScope", "NotFound", "SignInRequired"]),
    ("RevokeSession", &["done", "ThisSession", "NotFound", "Unverified", "DeletionScheduled"]),
    ("RevokeOthers", &["done", "SudoRequired", "Unverified", "DeletionScheduled"]),
    ("AskForExport", &["done", "ExportRunning", "SudoRequired", "Unverified", "DeletionScheduled"]),
    ("BuildExports", &["done"]),
    ("Download", &["done", "ExportGone"]),
    ("Close", &["done", "SudoRequired", "WrongConfirmation", "DeletionScheduled"]),
    ("Keep", &["done", "ChangedMeanwhile", "SignInRequired"]),
    ("KeepByLink", &["done", "DeadLink"]),
    ("Erase", &["Executed", "NotDue", "Paused"]),
    ("Sweep", &["done"]),
    ("SendLetters", &["done"]),
];

#[test]
fn the_lives_that_are_led_lead_everywhere() {
    let met = RefCell::new(BTreeSet::new());
    for seed in SEEDS {
        let led = TestRunner::new(config(seed)).run(&lives(), |(mut state, steps, _)| {
            for step in steps {
                state = Model::apply(state, &step);
                met.borrow_mut().insert(in_words(&step, &state.outcome));
                met.borrow_mut()
                    .extend(gone_over(&state).map(|was| format!("an undo goes over a change that is: {was}")));
            }
            Ok(())
        });
        led.unwrap();
    }
    let wanted =
        MET.iter().flat_map(|(deed, outcomes)| outcomes.iter().map(move |outcome| format!("{deed}: {outcome}")));
    let missing: Vec<_> = wanted.filter(|wanted| !met.borrow().contains(wanted)).collect();
    assert!(missing.is_empty(), "never met: {missing:#?}");
}

/// The states that email changes had before the undo of an earlier change superseded them.
fn gone_over(state: &State) -> impl Iterator<Item = &'static str> {
    let superseded = state.changes.iter().filter(|(_, change)| change.state == "superseded");
    superseded.map(|(_, change)| if change.undo_until.is_some() { "confirmed" } else { "open" })
}

/// The kind of the step and its outcome, as `deed: outcome`.
fn in_words(step: &Step, outcome: &Outcome) -> String {
    let deed = match step {
        Step::Time(time) => format!("{time:?}"),
        Step::Anybody(_, deed) => format!("{deed:?}"),
        Step::Person(_, deed) => format!("{deed:?}"),
        Step::Program(..) => "Program".to_owned(),
        Step::Worker(worker) => format!("{worker:?}"),
    };
    let deed = deed.split([' ', '(']).next().unwrap();
    match outcome {
        Ok(answer) if ["Erase", "Reset", "SignIn", "SignInAt"].contains(&deed) => format!("{deed}: {answer}"),
        Ok(_) => format!("{deed}: done"),
        Err(refusal) => format!("{deed}: {refusal:?}"),
    }
}
