//! Judges new passwords: whether they are easy to guess, and whether they are known from data breaches.

use std::{io, net::IpAddr, sync::Arc};

use secrecy::{ExposeSecret, SecretString};

use super::{
    breached::BreachedList,
    pool::{Pool, PoolError, Turns, failed},
    strength,
};
use crate::domain::{error::Refusal, weakness::Weakness};

/// Judges new passwords in a pool of its own, so that contrived passwords of strangers keep no sign-in waiting. Cheap
/// to clone; clones share their threads.
#[derive(Clone)]
pub struct Judge {
    pool: Arc<Pool>,
    lists: Lists,
}

/// The lists of passwords that are refused.
#[derive(Clone)]
struct Lists {
    common: BreachedList,
    breached: Option<BreachedList>,
}

impl Judge {
    /// A judge who refuses the passwords of `breached` too, if the settings name such a list.
    #[must_use]
    pub fn new(turns: Turns, breached: Option<BreachedList>) -> Self {
        Self { pool: Arc::new(Pool::new(turns)), lists: Lists { common: BreachedList::common(), breached } }
    }

    /// Judges a new password in its normal form. `personal` is what an attacker knows of the person. `client` is the
    /// address of the caller.
    ///
    /// # Errors
    /// [`PoolError`] if the judge has no time, or cannot read the list. The inner result is the judgement:
    /// [`Refusal::WeakPassword`] or [`Refusal::BreachedPassword`].
    pub async fn judge(
        &self,
        client: Option<IpAddr>,
        normal_password: SecretString,
        personal: Vec<String>,
    ) -> Result<Result<(), Refusal>, PoolError> {
        let lists = self.lists.clone();
        self.pool
            .run(client, move || {
                let password = normal_password.expose_secret();
                let personal: Vec<&str> = personal.iter().map(String::as_str).collect();
                match strength::judge(password, &personal) {
                    Ok(()) => lists.search(password).map_err(|error| failed(&error)),
                    Err(weakness) => Ok(Err(Refusal::WeakPassword { weakness })),
                }
            })
            .await
    }
}

impl Lists {
    /// Refuses a password that one of the lists contains. The outer error is that of reading the list.
    fn search(&self, password: &str) -> io::Result<Result<(), Refusal>> {
        if self.common.contains(password)? {
            return Ok(Err(Refusal::WeakPassword { weakness: Weakness::Common }));
        }
        match &self.breached {
            Some(list) if list.contains(password)? => Ok(Err(Refusal::BreachedPassword)),
            _ => Ok(Ok(())),
        }
    }
}

#[cfg(test)]
mod tests;
