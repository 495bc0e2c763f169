//! Limits the letters that anyone can cause: to one address, and on the whole site.

use crate::{
    domain::{
        email::EmailKey,
        limits::Limit,
        time::{Span, Timestamp},
    },
    server::lifecycle::{Error, operation::Operation},
};

impl Operation<'_> {
    /// Whether the action may send a letter to `address` that anyone can cause. Counts the letter, whether or not
    /// the address has an account: otherwise the limit would reveal which addresses have one. A browser that the
    /// account knows gets a few letters more, so that strangers cannot use up the owner's.
    ///
    /// Without a place the action must neither mail, nor revoke or evict anything, and answer as usual.
    pub(in crate::server::lifecycle) async fn may_write_to(&mut self, address: &EmailKey) -> Result<bool, Error> {
        let lifecycle = self.lifecycle;
        let (address, now) = (address.as_str(), self.now);
        let of_address = lifecycle.bucket(Limit::LettersPerAddress, address);
        if lifecycle.take_place(&mut self.tx, of_address, now).await?.is_ok() {
            return Ok(true);
        }
        let is_known = match self.source().device_hash() {
            Some(device) => self.tx.is_known_device(address, &device).await?,
            None => false,
        };
        let of_device = lifecycle.bucket(Limit::LettersPerDevice, address);
        Ok(is_known && lifecycle.take_place(&mut self.tx, of_device, now).await?.is_ok())
    }

    /// When a letter that anyone can cause may be sent: now, or when its turn comes. So the site as a whole sends no
    /// more of them than its mail server's owner allows.
    pub(in crate::server::lifecycle) async fn turn_of_letter(&mut self) -> Result<Timestamp, Error> {
        let lifecycle = self.lifecycle;
        if !lifecycle.policy.limits.enabled {
            return Ok(self.now);
        }
        let bucket = lifecycle.bucket(Limit::UnsolicitedLetters, "");
        let turn = self.tx.queue_for_place(&bucket.key, bucket.rate, self.now.into()).await?;
        let turn = Timestamp(turn.0.div_euclid(1_000) + i64::from(turn.0.rem_euclid(1_000) > 0));
        if turn > self.now {
            lifecycle.limited(Limit::UnsolicitedLetters, self.now.until(turn).max(Span::seconds(1)));
        }
        Ok(turn)
    }
}
