//! Limits the letters that anyone can cause: to one address, and on the whole site.

use crate::{
    domain::{
        email::EmailKey,
        limits::{Limit, Millis},
        time::{Span, Timestamp},
    },
    server::{
        lifecycle::{Error, Lifecycle, RequestOrigin, Viewer},
        store::Tx,
    },
};

/// How long a letter that anyone can cause may wait for its turn. More of them are not sent: after a flood, people must
/// soon get theirs again.
const LONGEST_TURN: Span = Span::minutes(15);

impl Lifecycle {
    /// As [`Lifecycle::may_queue_for`], for a letter that a signed-in user asks for. Their own count comes first:
    /// otherwise they could use up the places of any number of addresses, without a letter.
    ///
    /// # Errors
    /// [`Refusal::Limited`](crate::domain::error::Refusal::Limited) if the user has asked too often.
    pub(in crate::server::lifecycle) async fn may_queue_as(
        &self,
        viewer: &Viewer,
        source: &RequestOrigin,
        address: &EmailKey,
    ) -> Result<bool, Error> {
        self.limit(Limit::LettersPerUser, viewer.user.id.as_str()).await?;
        self.may_queue_for(source, address).await
    }

    /// As [`Lifecycle::may_write_to`], for a letter that waits for its turn.
    pub(in crate::server::lifecycle) async fn may_queue_for(
        &self,
        source: &RequestOrigin,
        address: &EmailKey,
    ) -> Result<bool, Error> {
        let mut snapshot = self.db.single_read().await?;
        let is_full = self.is_queue_full(&mut snapshot, self.clock.now()).await?;
        snapshot.end().await?;
        Ok(!is_full && self.may_write_to(source, address).await?)
    }

    /// Whether an action may send a letter to `address` that anyone can cause. Counts the letter, whether or not the
    /// address has an account: otherwise the limit would reveal which addresses have one. A browser that the account
    /// knows gets a few letters more, so that strangers cannot use up the owner's.
    ///
    /// Counts in a transaction of its own, before the action locks an account: otherwise two actions about one address
    /// could each hold what the other waits for. If this returns `false`, the action must neither mail, nor revoke or
    /// evict anything, and answer as usual.
    pub(in crate::server::lifecycle) async fn may_write_to(
        &self,
        source: &RequestOrigin,
        address: &EmailKey,
    ) -> Result<bool, Error> {
        if !self.policy.limits.enabled {
            return Ok(true);
        }
        let mut tx = self.db.begin().await?;
        let may = self.take_letter(&mut tx, source, address.as_str()).await?;
        tx.commit().await?;
        Ok(may)
    }

    async fn take_letter(&self, tx: &mut Tx, source: &RequestOrigin, address: &str) -> Result<bool, Error> {
        let now = self.clock.now();
        let of_address = self.bucket(Limit::LettersPerAddress, address);
        if self.take_place(tx, of_address, now).await?.is_ok() {
            return Ok(true);
        }
        let is_known = match source.device_hash() {
            Some(device) => tx.is_known_device(address, &device).await?,
            None => false,
        };
        let of_device = self.bucket(Limit::LettersPerDevice, address);
        Ok(is_known && self.take_place(tx, of_device, now).await?.is_ok())
    }

    /// Whether so many letters that anyone can cause wait already that one more would come too late.
    async fn is_queue_full(&self, tx: &mut Tx, now: Timestamp) -> Result<bool, Error> {
        if !self.policy.limits.enabled {
            return Ok(false);
        }
        let bucket = self.bucket(Limit::UnsolicitedLetters, "");
        let ahead = tx.counted(&[bucket.key]).await?[0].map_or(0, |counted| counted.empty_at.0 - Millis::from(now).0);
        let longest = bucket.rate.slack() + i64::from(LONGEST_TURN.as_seconds()) * 1_000;
        let is_full = (longest..=longest + 2 * bucket.rate.interval()).contains(&ahead);
        if is_full {
            self.limited(Limit::UnsolicitedLetters, LONGEST_TURN);
        }
        Ok(is_full)
    }

    /// When a letter that anyone can cause may be sent: now, or when its turn comes. So the site as a whole sends no
    /// more of them than the setting allows.
    pub(in crate::server::lifecycle) async fn turn_of_letter(
        &self,
        tx: &mut Tx,
        now: Timestamp,
    ) -> Result<Timestamp, Error> {
        if !self.policy.limits.enabled {
            return Ok(now);
        }
        let bucket = self.bucket(Limit::UnsolicitedLetters, "");
        let turn = tx.queue_for_place(&bucket.key, bucket.rate, LONGEST_TURN, now.into()).await?;
        let turn = Timestamp(turn.0.div_euclid(1_000) + i64::from(turn.0.rem_euclid(1_000) > 0));
        if turn > now {
            self.limited(Limit::UnsolicitedLetters, now.until(turn).max(Span::seconds(1)));
        }
        Ok(turn)
    }
}
