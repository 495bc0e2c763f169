//! What becomes of every form when its answer is lost, when its button is pressed twice, or when another tab was faster:
//! nothing is done twice, the page says what is true, and a person who is signed out reads why. `docs/MISHAPS.md` has the
//! sentences; the test compares it with the program.

mod page;
mod rules;
mod scene;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    thread,
};

use signet::{
    copy::refusals,
    testing::{Browser, Page, TestApp, invariants},
};

use self::{
    rules::broken,
    scene::{Stage, action, world},
};
use crate::inventory::{Line, forms};

/// What can go wrong between a person and the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mishap {
    /// Nothing.
    None,
    /// The answer does not arrive, and the person sends the form again.
    AnswerLost,
    /// The person goes back to the form after the answer, or has it open in a second tab, and sends it again.
    SentAgain,
    /// The person presses the button twice, and sees the answer to the second press.
    PressedTwice,
    /// In a second tab, the person signs in again, having signed out if they were signed in; then the form is sent.
    SignedInAgain,
    /// In a second tab, another person signs in; then the form is sent.
    OtherAccount,
}

impl Mishap {
    /// All of them, after the answer without one.
    pub const ALL: [Self; 6] =
        [Self::None, Self::AnswerLost, Self::SentAgain, Self::PressedTwice, Self::SignedInAgain, Self::OtherAccount];
}

/// What has become of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How many events say that the action was done.
    pub done: usize,
    /// The letters that were sent, in the order of their arrival.
    pub letters: Vec<String>,
    /// Whose session the browser has at the end.
    pub signed_in: Option<String>,
    /// Whether the form carries the mark of an account.
    pub is_marked: bool,
    /// Whether the person was signed in when they opened the form.
    pub was_in: bool,
    /// What the page at the end says about the form.
    pub says: String,
}

/// The outcomes of a form, by mishap.
pub type Outcomes = BTreeMap<Mishap, Outcome>;

/// Sends the form of a line with this mishap, by our own script or as a plain form.
async fn outcome(line: &Line, mishap: Mishap, script: bool) -> Outcome {
    let app = world().await;
    let stage = Stage::set(&app, line).await;
    let before = invariants::broken(&app.db, app.now()).await;
    let mut letters = Vec::new();
    let answer = answer(&stage, (line, script), mishap, &mut letters).await;
    let says = read(&stage.browser, answer).await;
    letters.extend(app.deliver().await.words());
    let done = format!("{} by ", action(line.name()).rule().event.word());
    let done = app.news().await.iter().filter(|event| event.starts_with(&done)).count();
    // A scene may have made a token that its account cannot have.
    let now: Vec<_> = invariants::broken(&app.db, app.now()).await;
    let new: Vec<_> = now.iter().filter(|line| !before.contains(line)).collect();
    assert!(new.is_empty(), "{}: {new:?}", line.name());
    let signed_in = stage.signed_in().await;
    Outcome { done, letters, signed_in, is_marked: stage.is_marked, was_in: stage.own.is_some(), says }
}

/// The answer that the person sees.
async fn answer(stage: &Stage<'_>, how: (&Line, bool), mishap: Mishap, letters: &mut Vec<String>) -> Page {
    let (app, browser) = (stage.app, &stage.browser);
    match mishap {
        Mishap::None => {}
        Mishap::AnswerLost => {
            stage.send(&browser.twin(), how).await;
            letters.extend(app.deliver().await.words());
        }
        Mishap::SentAgain => {
            let first = stage.send(browser, how).await;
            browser.follow(first).await;
            letters.extend(app.deliver().await.words());
        }
        Mishap::PressedTwice => {
            let twin = browser.twin();
            return tokio::join!(stage.send(&twin, how), stage.send(browser, how)).1;
        }
        Mishap::SignedInAgain => {
            stage.signs_in_again().await;
            app.settle().await;
        }
        Mishap::OtherAccount => {
            stage.becomes_another().await;
            app.settle().await;
        }
    }
    stage.send(browser, how).await
}

/// What is said where the answer leads, or what our own script shows in the form.
async fn read(browser: &Browser<'_>, answer: Page) -> String {
    match answer.refusal().filter(|_| answer.location().is_none()) {
        Some(refusal) => refusals::words(refusal),
        None if answer.location().is_none() && answer.body == "null" => "(the page stays)".to_owned(),
        None => page::words(&browser.follow(answer).await),
    }
}

/// Runs every form through every mishap, some at a time.
fn all_outcomes(script: bool) -> BTreeMap<&'static str, Outcomes> {
    let (left, found) = (Arc::new(Mutex::new(forms())), Mutex::new(BTreeMap::new()));
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        loop {
            let Some(line) = left.lock().unwrap().next() else { return };
            let mut outcomes = Outcomes::new();
            for mishap in Mishap::ALL {
                outcomes.insert(mishap, runtime.block_on(outcome(line, mishap, script)));
            }
            found.lock().unwrap().insert(line.name(), outcomes);
        }
    };
    thread::scope(|scope| {
        for thread in [(); 3].map(|()| scope.spawn(work)) {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
    });
    found.into_inner().unwrap()
}

#[test]
fn no_mishap_does_anything_twice_or_signs_out_without_a_word_and_the_page_of_mishaps_says_so() {
    let all = all_outcomes(false);
    must_hold(&all);
    page::must_be_as_printed(&all);
}

/// How a form is sent makes no difference to the database, so SQLite is enough.
#[test]
fn our_own_script_does_the_same_to_every_form() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if !runtime.block_on(async { TestApp::new().await.db.is_postgres() }) {
        must_hold(&all_outcomes(true));
    }
}

fn must_hold(all: &BTreeMap<&str, Outcomes>) {
    let found: Vec<_> = all.iter().flat_map(|(form, outcomes)| broken(form, outcomes)).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}
