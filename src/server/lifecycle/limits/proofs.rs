//! Limits wrong passwords, in signing in, sudo mode, changing the password and confirming an address: one count for
//! all of them. Otherwise an attacker could go on guessing in another form.
//!
//! A place is taken before the password is hashed, and given back if it was right. A browser that the account knows
//! has a count of its own, so that strangers cannot keep out the owner. `LettersPerDevice` has the same reason.

use crate::{
    domain::{
        error::Refusal,
        limits::{Counted, Halt, LONGEST_WAIT, Limit, Millis, network},
        time::{Span, Timestamp},
    },
    server::{
        lifecycle::{Error, Lifecycle, RequestOrigin, Viewer, limits::places::Bucket},
        store::{LimitKey, Tx},
    },
};

/// Whose password is about to be verified.
pub(in crate::server::lifecycle) struct Prover<'a> {
    /// The address, in the form in which addresses are compared; as typed if it is no address.
    pub address: &'a str,
    /// The viewer, if the request has a session.
    pub viewer: Option<&'a Viewer>,
}

/// The places that a password under verification holds.
#[derive(Default)]
pub(in crate::server::lifecycle) struct ProofPlaces {
    /// Counts wrong passwords for this address; a right one empties them.
    own: Vec<Bucket>,
    /// Counts those of many addresses; a right password gives only its own place back.
    shared: Vec<Bucket>,
    /// Counts the failures in a row.
    in_a_row: Option<LimitKey>,
}

/// Why no password may be verified.
enum Shut {
    Limited(Limit, Span),
    /// Too many failures in a row.
    Closed,
}

impl Lifecycle {
    /// Takes the places for verifying one password, before it is hashed.
    ///
    /// # Errors
    /// [`Refusal::Limited`] or [`Refusal::TooManyFailures`].
    pub(in crate::server::lifecycle) async fn take_proof(
        &self,
        source: &RequestOrigin,
        prover: Prover<'_>,
    ) -> Result<ProofPlaces, Error> {
        if !self.policy.limits.enabled {
            return Ok(ProofPlaces::default());
        }
        let now = self.clock.now();
        let mut snapshot = self.db.read().await?;
        let is_known = is_known(&mut snapshot, source, prover.address).await?;
        let places = self.places_of(source, &prover, is_known);
        let shut = self.shut(&mut snapshot, &places, now).await?;
        snapshot.end().await?;
        if let Some(shut) = shut {
            return Err(self.shut_out(&shut, &prover).await?.into());
        }
        let mut tx = self.db.begin().await?;
        if self.take_all(&mut tx, &places, now).await? {
            tx.commit().await?;
            return Ok(places);
        }
        // Another request has taken the last place meanwhile.
        tx.rollback().await?;
        Err(self.limited(Limit::FailedProofsPerAddress, Span::seconds(1)).into())
    }

    /// Settles the places after the password was verified: empties the account's counts if it was right, and leaves
    /// the places taken if it was wrong. Gives them back if the outcome says neither.
    pub(in crate::server::lifecycle) async fn settle_proof<T>(
        &self,
        places: ProofPlaces,
        outcome: Result<T, Error>,
    ) -> Result<T, Error> {
        let is_wrong = |refusal: &Refusal| {
            matches!(refusal, Refusal::WrongCredentials | Refusal::WrongPassword | Refusal::NoPassword)
        };
        if matches!(&outcome, Err(Error::Refused(refusal)) if is_wrong(refusal)) {
            return outcome;
        }
        // The action is over, so a failure here must not change its answer. The places then come free by themselves.
        if let Err(error) = self.give_back(&places, outcome.is_ok()).await {
            tracing::warn!(%error, "the places of a verified password were not given back");
        }
        outcome
    }

    /// Forgets the wrong passwords for an address: a mailed link has proved whose it is.
    pub(in crate::server::lifecycle) async fn forget_failures(&self, tx: &mut Tx, address: &str) -> Result<(), Error> {
        for limit in [Limit::FailedProofsPerAddress, Limit::FailedProofsPerDevice] {
            tx.forget_counted(&self.bucket(limit, address).key).await?;
        }
        Ok(tx.forget_counted(&self.in_a_row(address)).await?)
    }

    fn in_a_row(&self, address: &str) -> LimitKey {
        self.keys.limit_key("failures_in_a_row", address)
    }

    fn places_of(&self, source: &RequestOrigin, prover: &Prover<'_>, is_known: bool) -> ProofPlaces {
        let session = prover.viewer.map(|viewer| viewer.session.id.as_str());
        let session = session.map(|id| self.bucket(Limit::FailedProofsPerSession, id));
        if is_known {
            let device = self.bucket(Limit::FailedProofsPerDevice, &device_at(source, prover.address));
            return ProofPlaces { own: session.into_iter().chain([device]).collect(), ..ProofPlaces::default() };
        }
        let address = self.bucket(Limit::FailedProofsPerAddress, prover.address);
        let ip = source.ip.map(|ip| self.bucket(Limit::FailedProofsPerIp, &network(ip)));
        let all = self.bucket(Limit::FailedProofs, "");
        ProofPlaces {
            own: session.into_iter().chain([address]).collect(),
            shared: ip.into_iter().chain([all]).collect(),
            in_a_row: Some(self.in_a_row(prover.address)),
        }
    }

    /// Why these places cannot be taken, if they cannot.
    async fn shut(&self, tx: &mut Tx, places: &ProofPlaces, now: Timestamp) -> Result<Option<Shut>, Error> {
        let buckets: Vec<_> = places.own.iter().chain(&places.shared).copied().collect();
        let keys: Vec<_> = buckets.iter().map(|bucket| bucket.key).chain(places.in_a_row).collect();
        let mut counted = tx.counted(&keys).await?;
        let halt = places.in_a_row.and_then(|_| counted.pop().flatten());
        let halt = halt.and_then(|counted| self.policy.limits.failures().halt(counted, Millis::from(now)));
        let wait = |(bucket, counted): (&Bucket, Option<Counted>)| {
            Some(Shut::Limited(bucket.limit, bucket.rate.wait(counted?.empty_at, Millis::from(now))?))
        };
        Ok(match halt {
            Some(Halt::Closed) => Some(Shut::Closed),
            Some(Halt::Wait(wait)) => Some(Shut::Limited(Limit::FailedProofsPerAddress, wait)),
            None => buckets.iter().zip(counted).find_map(wait),
        })
    }

    /// Refuses, and ends the session of a viewer who has typed too many wrong passwords in it.
    async fn shut_out(&self, shut: &Shut, prover: &Prover<'_>) -> Result<Refusal, Error> {
        let Shut::Limited(limit, wait) = shut else {
            return Ok(self.closed());
        };
        if let (Limit::FailedProofsPerSession, Some(viewer)) = (limit, prover.viewer) {
            let mut tx = self.db.begin().await?;
            tx.end_session(&viewer.session.id, &viewer.user.id).await?;
            tx.announce(&viewer.user.id).await?;
            tx.commit().await?;
        }
        Ok(self.limited(*limit, *wait))
    }

    fn closed(&self) -> Refusal {
        self.limited(Limit::FailedProofsPerAddress, LONGEST_WAIT);
        Refusal::TooManyFailures
    }

    async fn take_all(&self, tx: &mut Tx, places: &ProofPlaces, now: Timestamp) -> Result<bool, Error> {
        // Two requests that want the same rows must lock them in the same order.
        let mut buckets: Vec<_> = places.own.iter().chain(&places.shared).collect();
        buckets.sort_by_key(|bucket| bucket.key);
        for bucket in buckets {
            if !tx.take_place(&bucket.key, bucket.rate, now.into()).await? {
                return Ok(false);
            }
        }
        match places.in_a_row {
            Some(key) => Ok(tx.count_failure(&key, self.policy.limits.failures(), now.into()).await?),
            None => Ok(true),
        }
    }

    async fn give_back(&self, places: &ProofPlaces, is_right: bool) -> Result<(), Error> {
        if places.own.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        let mut buckets: Vec<_> = places.own.iter().map(|bucket| (bucket, is_right)).collect();
        buckets.extend(places.shared.iter().map(|bucket| (bucket, false)));
        buckets.sort_by_key(|(bucket, _)| bucket.key);
        for (bucket, is_emptied) in buckets {
            if is_emptied {
                tx.forget_counted(&bucket.key).await?;
            } else {
                tx.give_place_back(&bucket.key, bucket.rate).await?;
            }
        }
        match places.in_a_row {
            Some(key) if is_right => tx.forget_counted(&key).await?,
            Some(key) => tx.uncount_failure(&key).await?,
            None => {}
        }
        Ok(tx.commit().await?)
    }
}

/// Whether the account of `address` knows the browser. Asks the database in the same way for an address without an
/// account.
async fn is_known(tx: &mut Tx, source: &RequestOrigin, address: &str) -> Result<bool, Error> {
    match source.device_hash() {
        Some(device) => Ok(tx.is_known_device(address, &device).await?),
        None => Ok(false),
    }
}

/// The browser at this address.
fn device_at(source: &RequestOrigin, address: &str) -> String {
    let device = source.device_hash().map(|hash| crate::domain::id::hex(&hash)).unwrap_or_default();
    format!("{device}\n{address}")
}
