//! How much of the repetition one run does. `./scripts/test` takes a sample; `./scripts/test long` sets
//! `SIGNET_TEST_TRIALS` and runs all of it.

/// How often two actions collide, on each database, unless `SIGNET_TEST_TRIALS` names another number.
const SAMPLE: usize = 60;
/// One random life for so many trials.
const TRIALS_FOR_A_LIFE: usize = 10;
/// A run has at least so many random lives on each database.
const FEWEST_LIVES: usize = 20;

/// How often two actions collide, on each database.
pub fn trials() -> usize {
    told("SIGNET_TEST_TRIALS").unwrap_or(SAMPLE)
}

/// How many random lives each database gets. A longer run begins with the lives of a shorter one.
pub fn lives() -> u32 {
    u32::try_from((trials() / TRIALS_FOR_A_LIFE).max(FEWEST_LIVES)).unwrap()
}

/// The seed of the random lives, if `SIGNET_TEST_SEED` names one.
pub fn seed() -> Option<u64> {
    told("SIGNET_TEST_SEED")
}

#[expect(clippy::disallowed_methods, reason = "the amount of tests is no setting of the program")]
fn told<T: std::str::FromStr>(name: &str) -> Option<T> {
    let number = std::env::var(name).ok()?;
    Some(number.parse().unwrap_or_else(|_| panic!("{name} is a number, not {number}")))
}
