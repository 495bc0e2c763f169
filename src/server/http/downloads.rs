//! The downloads of exports that are under way in this process. Each holds a whole export in memory until its client
//! has received it.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use crate::domain::id::UserId;

/// The most downloads of one process at a time.
const MOST: usize = 4;

/// The accounts whose owners download their export at this moment.
#[derive(Default)]
pub struct Downloads(Mutex<HashSet<UserId>>);

/// A download under way. Dropping it frees its place.
pub struct Download {
    all: Arc<Downloads>,
    user: UserId,
}

/// Why a download cannot begin now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// The account has one under way.
    Own,
    /// Others have taken all places.
    Others,
}

impl Downloads {
    /// Takes a place for a download of `user`.
    ///
    /// # Errors
    /// [`Busy`].
    pub fn begin(self: &Arc<Self>, user: &UserId) -> Result<Download, Busy> {
        let mut users = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if users.contains(user) {
            return Err(Busy::Own);
        }
        if users.len() >= MOST {
            return Err(Busy::Others);
        }
        users.insert(user.clone());
        Ok(Download { all: Arc::clone(self), user: user.clone() })
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_one_download_and_a_process_four() {
        let all = Arc::new(Downloads::default());
        let user = |number: u8| UserId::from_random([number; 16]);
        let mut held: Vec<_> = (1..=4).map(|number| all.begin(&user(number)).ok().unwrap()).collect();
        assert_eq!(all.begin(&user(1)).err(), Some(Busy::Own));
        assert_eq!(all.begin(&user(5)).err(), Some(Busy::Others));
        held.remove(0);
        assert!(all.begin(&user(5)).is_ok());
        assert!(all.begin(&user(1)).is_ok());
    }
}
