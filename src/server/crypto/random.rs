//! Random bytes for session tokens, row ids and salts. The source is an argument, so that tests can seed it.

use std::sync::{Arc, Mutex, PoisonError};

use rand::{
    Rng, SeedableRng,
    rand_core::UnwrapErr,
    rngs::{StdRng, SysRng},
};

/// A source of random bytes. Cheap to clone; clones of a seeded source share one stream.
#[derive(Clone, Debug)]
pub enum Random {
    /// The operating system's generator, for production.
    System,
    /// The same bytes in every run, for tests.
    Seeded(Arc<Mutex<StdRng>>),
}

impl Random {
    /// A source that returns the same bytes for the same `seed`, for tests.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// `N` fresh bytes.
    ///
    /// # Panics
    /// If the operating system provides no randomness. The request ends there, because any secret it made would be
    /// guessable.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Self::System => UnwrapErr(SysRng).fill_bytes(&mut bytes),
            Self::Seeded(stream) => stream
                .lock()
                // A panic elsewhere leaves the generator usable.
                .unwrap_or_else(PoisonError::into_inner)
                .fill_bytes(&mut bytes),
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ten_thousand_draws_of_the_system_never_repeat() {
        let drawn: HashSet<[u8; 16]> = (0..10_000).map(|_| Random::System.bytes()).collect();
        assert_eq!(drawn.len(), 10_000);
    }

    #[test]
    fn one_seed_gives_one_stream_and_clones_share_it() {
        let (one, two) = (Random::seeded(7), Random::seeded(7));
        let first: [u8; 32] = one.bytes();
        let second: [u8; 32] = one.clone().bytes();
        assert_ne!(first, second);
        assert_eq!([first, second], [two.bytes(), two.bytes()]);
        assert_ne!(first, Random::seeded(8).bytes());
    }
}
