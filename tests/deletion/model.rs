//! Runs random sequences of steps that a few people take on one site. Such a sequence is called a life. The site
//! takes each step on a real database, and a model of plain values predicts the result of the step. After each step
//! both must agree on the answer or the refusal, on every row, event and letter, and on what each signed-in person
//! sees; and the invariants must hold.
//!
//! The model follows the contract (`docs/BEHAVIOUR.md`) and takes its numbers from there, not from the code. If the
//! site and the model differ, the test looks for the shortest life that shows the difference.

mod address;
mod anybody;
mod belongings;
mod choice;
mod clock;
mod coverage;
mod deeds;
mod effects;
mod errands;
mod look;
mod names;
mod person;
mod picture;
mod rows;
mod site;
mod state;
mod step;
mod worker;

use std::sync::{Arc, atomic::AtomicUsize};

use proptest::{
    strategy::{BoxedStrategy, Just, Strategy as _, Union},
    test_runner::{Config, RngSeed, TestRunner},
};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use signet::{domain::deletion::Strategy, testing::TestDb};
use tokio::runtime::{Builder, Runtime};

use self::{site::Site, state::State, step::Step};
use crate::amount;

/// How many steps each life has.
const STEPS: usize = 100;
/// The seeds of the lives on SQLite and on PostgreSQL, unless `SIGNET_TEST_SEED` names another. Their
/// first twenty lives already meet every kind of result.
const SEEDS: [u64; 2] = [20_270_236, 20_270_260];
/// How often the library tries to shorten a failing life.
const MOST_CUTS: u32 = 400;

#[test]
fn the_site_does_what_the_model_says_on_sqlite() {
    agree::<On<false>>(SEEDS[0]);
}

#[test]
fn the_site_does_what_the_model_says_on_postgresql() {
    if runtime().block_on(TestDb::postgres()).is_some() {
        agree::<On<true>>(SEEDS[1]);
    }
}

fn agree<T: StateMachineTest<Reference = Model>>(seed: u64) {
    let seed = amount::seed().unwrap_or(seed);
    let config = config(seed);
    let outcome = TestRunner::new(config.clone()).run(&lives(), |(state, steps, seen)| {
        T::test_sequential(config.clone(), state, steps, seen);
        Ok(())
    });
    if let Err(difference) = outcome {
        panic!("SIGNET_TEST_SEED={seed}: {difference}");
    }
}

fn config(seed: u64) -> Config {
    Config {
        cases: amount::lives(),
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: MOST_CUTS,
        ..Config::default()
    }
}

fn lives() -> impl proptest::strategy::Strategy<Value = (State, Vec<Step>, Option<Arc<AtomicUsize>>)> {
    Model::sequential_strategy(STEPS..=STEPS)
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// The model, as the proptest library uses it.
struct Model;

impl ReferenceStateMachine for Model {
    type State = State;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<State> {
        let all = [Strategy::Anonymize, Strategy::SoftDelete, Strategy::HardDelete];
        Union::new(all.map(|strategy| Just(State::new(strategy)))).boxed()
    }

    fn transitions(state: &State) -> BoxedStrategy<Step> {
        let offers = choice::offers(state).into_iter();
        Union::new_weighted(offers.map(|(weight, step)| (weight, Just(step))).collect()).boxed()
    }

    fn apply(mut state: State, step: &Step) -> State {
        state.events.clear();
        state.outcome = match step {
            Step::Time(time) => state.time(time),
            Step::Anybody(browser, deed) => state.anybody(*browser, deed),
            Step::Person(browser, deed) => state.person(*browser, deed),
            Step::Program(token, session) => state.program(*token, *session),
            Step::Worker(worker) => Ok(state.worker(worker)),
        };
        state
    }
}

/// The site, on one of the two databases.
struct On<const POSTGRES: bool>;

/// A site with the runtime that it needs until it is dropped.
struct Running {
    site: Option<Site>,
    runtime: Runtime,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _inside = self.runtime.enter();
        drop(self.site.take());
    }
}

impl<const POSTGRES: bool> StateMachineTest for On<POSTGRES> {
    type SystemUnderTest = Running;
    type Reference = Model;

    fn init_test(state: &State) -> Running {
        let runtime = runtime();
        let site = runtime.block_on(async {
            let db = if POSTGRES { TestDb::postgres().await.unwrap() } else { TestDb::sqlite().await };
            Site::open(db, state.strategy).await
        });
        Running { site: Some(site), runtime }
    }

    fn apply(mut running: Running, state: &State, step: Step) -> Running {
        let site = running.site.as_mut().unwrap();
        running.runtime.block_on(async {
            assert_eq!(site.step(state, &step).await, state.outcome, "the site (left) and the model (right): {step:?}");
            site.is_as(state, step.browser()).await;
        });
        running
    }
}
