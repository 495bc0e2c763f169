//! Limits wrong passwords, in signing in, sudo mode, changing the password and confirming an address: one count for
//! all of them. Otherwise an attacker could go on guessing in another form.
//!
//! A place is taken before the password is hashed, and given back if it was right. A browser that the account knows
//! has a count of its own, so that strangers cannot keep out the owner. `LettersPerDevice` has the same reason.

use crate::{
    domain::{
        error::Refusal,
        limits::{Counted, FailuresInARow, Halt, LONGEST_WAIT, Limit, network},
        time::{Span, Timestamp},
    },
    server::{
        lifecycle::{Error, Lifecycle, RequestOrigin, Viewer, limits::places::Bucket},
        store::{LimitKey, Tx},
    },
};

/// Whose password is about to be verified.
pub(in crate::server::lifecycle) struct Prover<'a> {
    /// The address, in the form in which addresses are compared; a fingerprint of the text if that is no address.
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
    /// Count the failures in a row.
    in_a_row: Vec<InARow>,
}

/// Failures in a row, of an address, a browser or a session.
#[derive(Clone, Copy)]
struct InARow {
    key: LimitKey,
    rule: FailuresInARow,
    /// What counts them, for the metric.
    limit: Limit,
}

/// Why no password may be verified.
enum Shut {
    Limited(Limit, Span),
    /// Too many failures in a row.
    Closed(Limit),
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
        // Another request has taken the last place since the read.
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

    /// Forgets the wrong passwords for an address, also those of this browser: a mailed link has proved whose it is.
    pub(in crate::server::lifecycle) async fn forget_failures(
        &self,
        tx: &mut Tx,
        source: &RequestOrigin,
        address: &str,
    ) -> Result<(), Error> {
        let device = device_at(source, address);
        for (limit, of) in [(Limit::FailedProofsPerAddress, address), (Limit::FailedProofsPerDevice, &device)] {
            tx.forget_counted(&self.bucket(limit, of).key).await?;
            tx.forget_counted(&self.in_a_row(limit, of).key).await?;
        }
        Ok(())
    }

    fn in_a_row(&self, limit: Limit, of: &str) -> InARow {
        let key = self.keys.limit_key("failures_in_a_row", &format!("{}\n{of}", limit.word()));
        let rule = match limit {
            // A session that failed so often ends, however slowly its user guesses.
            Limit::FailedProofsPerSession => {
                FailuresInARow::without_waits(self.policy.limits.failed_proofs_per_session)
            }
            _ => self.policy.limits.failures(),
        };
        InARow { key, rule, limit }
    }

    fn places_of(&self, source: &RequestOrigin, prover: &Prover<'_>, is_known: bool) -> ProofPlaces {
        let session = prover.viewer.map(|viewer| viewer.session.id.as_str());
        let session = session.map(|id| self.in_a_row(Limit::FailedProofsPerSession, id));
        let device = device_at(source, prover.address);
        let (limit, of) = if is_known {
            (Limit::FailedProofsPerDevice, device.as_str())
        } else {
            (Limit::FailedProofsPerAddress, prover.address)
        };
        let ip = source.ip.map(|ip| self.bucket(Limit::FailedProofsPerIp, &network(ip)));
        let all = [self.bucket(Limit::FailedProofs, "")];
        ProofPlaces {
            own: vec![self.bucket(limit, of)],
            // A browser that the account knows is not among the strangers.
            shared: if is_known { Vec::new() } else { ip.into_iter().chain(all).collect() },
            in_a_row: session.into_iter().chain([self.in_a_row(limit, of)]).collect(),
        }
    }

    /// Why these places cannot be taken, if they cannot.
    async fn shut(&self, tx: &mut Tx, places: &ProofPlaces, now: Timestamp) -> Result<Option<Shut>, Error> {
        let buckets: Vec<_> = places.own.iter().chain(&places.shared).copied().collect();
        let rows = places.in_a_row.iter().map(|row| row.key);
        let keys: Vec<_> = rows.chain(buckets.iter().map(|bucket| bucket.key)).collect();
        let counted = tx.counted(&keys).await?;
        let (rows, rates) = counted.split_at(places.in_a_row.len());
        let halt = |(row, counted): (&InARow, &Option<Counted>)| match row.rule.halt((*counted)?, now.into())? {
            Halt::Closed => Some(Shut::Closed(row.limit)),
            Halt::Wait(wait) => Some(Shut::Limited(row.limit, wait)),
        };
        let wait = |(bucket, counted): (&Bucket, &Option<Counted>)| {
            Some(Shut::Limited(bucket.limit, bucket.rate.wait((*counted)?.empty_at, now.into())?))
        };
        let halted = places.in_a_row.iter().zip(rows).find_map(halt);
        Ok(halted.or_else(|| buckets.iter().zip(rates).find_map(wait)))
    }

    /// Refuses, and ends the session of a viewer who has typed too many wrong passwords in it.
    async fn shut_out(&self, shut: &Shut, prover: &Prover<'_>) -> Result<Refusal, Error> {
        let limit = match shut {
            Shut::Limited(limit, wait) => return Ok(self.limited(*limit, *wait)),
            Shut::Closed(limit) => *limit,
        };
        let limited = self.limited(limit, LONGEST_WAIT);
        let (Limit::FailedProofsPerSession, Some(viewer)) = (limit, prover.viewer) else {
            return Ok(Refusal::TooManyFailures);
        };
        let mut tx = self.db.begin().await?;
        tx.end_session(&viewer.session.id, &viewer.user.id).await?;
        tx.announce(&viewer.user.id).await?;
        tx.commit().await?;
        Ok(limited)
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
        for row in &places.in_a_row {
            if !tx.count_failure(&row.key, row.rule, now.into()).await? {
                return Ok(false);
            }
        }
        Ok(true)
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
        for row in &places.in_a_row {
            if is_right {
                tx.forget_counted(&row.key).await?;
            } else {
                tx.uncount_failure(&row.key).await?;
            }
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
