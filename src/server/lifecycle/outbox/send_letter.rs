//! Sends a letter: a worker claims it, renders it with a fresh token, sends it and deletes its row.

use crate::{
    domain::{
        email::Email,
        email_change::State,
        id::LetterId,
        mail_token::{Claims, Purpose},
        outbox::Kind,
        sudo,
        time::{Span, Timestamp},
    },
    server::{
        lifecycle::{
            Error, Lifecycle, catch_panic,
            claims::{change_claims, code_claims},
        },
        mail::{Code, Facts, Link, Transport, compose},
        store::{ClaimedLetter, DueLetter, SudoCode, Tx},
    },
};

/// How long a claim lasts. After that another worker may claim the letter. The transport gives up much sooner, so
/// two workers do not send one letter at the same time.
const CLAIM: Span = Span::minutes(2);
/// The number of failures after which the worker gives the letter up, and leaves its row for the operator.
const MAX_ATTEMPTS: i64 = 16;
/// The wait after the first failure, in seconds; each further failure doubles it.
const FIRST_WAIT: u32 = 15;
/// The longest wait. With it, the sixteen attempts span about forty hours.
const LONGEST_WAIT: Span = Span::hours(8);

/// The result of an attempt to send a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// The transport accepted the letter, and the row is gone.
    Sent,
    /// The letter had become pointless, and the row is gone.
    Dropped,
    /// Sending failed; a worker retries later.
    PutOff,
    /// Sending failed, and no worker retries.
    GivenUp,
    /// The worker has nothing to send: no letter is due, other workers have claimed the due letters, or the due
    /// letters wait until Signet trusts the clock or the database again.
    Nothing,
}

impl Lifecycle {
    /// Sends the next due letter; letters for which a user is waiting come first. A letter may go out twice: if the
    /// process dies after it has sent the letter and before it has deleted the row, a worker sends the letter
    /// again, with the same link.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Undecided`] or [`Error::Internal`] if the database fails. A refusal of the
    /// mail server is no error: the letter waits.
    pub async fn send_letter(&self, transport: &Transport) -> Result<SendOutcome, Error> {
        if self.ledger.is_doubtful() {
            return Ok(SendOutcome::Nothing);
        }
        let reading = self.clock.read();
        let now = reading.wall;
        let held = held_while(self.watch.ahead_at(&self.db, reading).await?.is_some());
        if !self.db.single_read().await?.has_due_letter(now, held).await? {
            return Ok(SendOutcome::Nothing);
        }
        let mut tx = self.db.begin().await?;
        let Some(claimed) = tx.claim_letter(now, now.plus(CLAIM), held).await? else {
            tx.rollback().await?;
            return Ok(SendOutcome::Nothing);
        };
        let id = claimed.id();
        let prepared = catch_panic(self.prepare(&mut tx, claimed, now)).await;
        // Commit the claim also if the row cannot be read or its preparation panics. Then the workers send other
        // letters until the claim expires.
        tx.commit().await?;
        match prepared {
            Ok(Some((letter, facts))) => self.send_claimed(&letter, &facts, transport, now).await,
            Ok(None) => Ok(SendOutcome::Dropped),
            Err(error) => {
                tracing::error!(letter = %id, %error, "letter not prepared");
                Err(error)
            }
        }
    }

    /// Reads a claimed letter and collects its facts. If the letter has become pointless, deletes it and returns
    /// `None`.
    async fn prepare(
        &self,
        tx: &mut Tx,
        claimed: ClaimedLetter,
        now: Timestamp,
    ) -> Result<Option<(DueLetter, Facts)>, Error> {
        fail::fail_point!("letter");
        let letter = claimed.read()?;
        let facts = self.letter_facts(tx, &letter, now).await?;
        if facts.is_none() {
            tx.delete_letter(&letter.id).await?;
        }
        Ok(facts.map(|facts| (letter, facts)))
    }

    async fn send_claimed(
        &self,
        letter: &DueLetter,
        facts: &Facts,
        transport: &Transport,
        now: Timestamp,
    ) -> Result<SendOutcome, Error> {
        let (id, kind) = (&letter.id, letter.kind.word());
        let to = Email::from_row(letter.recipient.clone());
        let message = match compose(letter.kind, &to, facts) {
            Ok(message) => message,
            Err(error) => {
                // The row lacks a fact that the letter states, and retrying cannot change that.
                tracing::error!(letter = %id, kind, %error, "letter cannot be written");
                return self.letter_refused(letter, now, true).await;
            }
        };
        match transport.send(&message, id.as_str(), now).await {
            Ok(()) => self.letter_sent(id).await,
            Err(error) => {
                tracing::warn!(letter = %id, kind, %error, "letter not sent");
                self.letter_refused(letter, now, error.is_final()).await
            }
        }
    }

    /// Collects the facts that the letter states. Returns `None` if the letter has become pointless.
    async fn letter_facts(&self, tx: &mut Tx, letter: &DueLetter, now: Timestamp) -> Result<Option<Facts>, Error> {
        let link = self.letter_link(tx, letter, now).await?;
        let code = self.letter_code(tx, letter, now).await?;
        if needs_link(letter) && link.is_none() || letter.kind == Kind::SudoCode && code.is_none() {
            return Ok(None);
        }
        let closed = match &letter.user_id {
            Some(user) if letter.kind == Kind::ResetPassword => tx.user(user).await?.and_then(|user| user.deletion),
            _ => None,
        };
        let linked = match &letter.user_id {
            Some(user) if letter.kind == Kind::PasswordReset => tx.identities(user).await?,
            _ => Vec::new(),
        };
        Ok(Some(Facts {
            base_url: self.policy.base_url.clone(),
            product: self.policy.product.clone(),
            language: self.policy.language.or(letter.language).unwrap_or_default(),
            link,
            other: letter.other.clone().map(Email::from_row),
            at: letter.at.or(closed.map(|scheduled| scheduled.delete_at)),
            device: letter.device.clone(),
            provider: letter.provider.as_ref().map(|provider| self.providers.name_of(provider)),
            api_token: letter.api_token.clone(),
            linked: linked.iter().map(|identity| self.providers.name_of(&identity.provider)).collect(),
            code,
            reason: letter.reason.as_ref().map(|reason| reason.as_str().to_owned()),
        }))
    }

    /// Derives the code that the letter states. Returns `None` if the letter has no code, or if the code has
    /// expired or is used up.
    async fn letter_code(&self, tx: &mut Tx, letter: &DueLetter, now: Timestamp) -> Result<Option<Code>, Error> {
        let (Kind::SudoCode, Some(id), Some(user)) = (letter.kind, &letter.link_id, &letter.user_id) else {
            return Ok(None);
        };
        let row =
            tx.sudo_code(user).await?.filter(|row| row.id == *id && sudo::is_usable(row.expires_at, row.tries, now));
        let text = |row: &SudoCode| self.keys.sudo_code(&code_claims(row));
        Ok(row.map(|row| Code { text: text(&row), until: row.expires_at }))
    }

    /// Makes the letter's link, with a token that it signs now. Returns `None` if the letter has no link, or if the
    /// link would not work.
    async fn letter_link(&self, tx: &mut Tx, letter: &DueLetter, now: Timestamp) -> Result<Option<Link>, Error> {
        let (Some(purpose), Some(row)) = (letter.kind.link(), letter.link_id.as_ref()) else {
            return Ok(None);
        };
        let claims: Option<Claims> = match purpose {
            Purpose::VerifyEmail | Purpose::ResetPassword | Purpose::KeepAccount => {
                tx.mail_link(row, purpose, now).await?.map(|link| link.claims)
            }
            Purpose::ConfirmEmailChange | Purpose::CancelEmailChange | Purpose::UndoEmailChange => tx
                .email_change(row)
                .await?
                .filter(|change| match letter.kind {
                    Kind::EmailChangedOld => change.state == State::Confirmed,
                    _ => change.is_open(now),
                })
                .map(|change| change_claims(purpose, &change)),
        };
        Ok(claims.map(|claims| Link {
            url: format!("{}{}{}", self.policy.base_url, purpose.path(), self.keys.sign(&claims)),
            until: claims.expires_at,
        }))
    }

    async fn letter_sent(&self, id: &LetterId) -> Result<SendOutcome, Error> {
        let mut tx = self.db.begin().await?;
        tx.delete_letter(id).await?;
        tx.commit().await?;
        Ok(SendOutcome::Sent)
    }

    async fn letter_refused(&self, letter: &DueLetter, now: Timestamp, is_final: bool) -> Result<SendOutcome, Error> {
        let mut tx = self.db.begin().await?;
        if is_final || letter.attempts >= MAX_ATTEMPTS {
            self.give_up(&mut tx, letter, now).await?;
            tx.commit().await?;
            tracing::error!(letter = %letter.id, kind = letter.kind.word(), "letter given up");
            return Ok(SendOutcome::GivenUp);
        }
        tx.postpone_letter(&letter.id, letter.attempts, now.plus(wait_after(letter.attempts))).await?;
        tx.commit().await?;
        Ok(SendOutcome::PutOff)
    }

    /// Gives a letter up that cannot be sent, and leaves its row for the operator. Deletes the goodbye letter of an
    /// erased account instead, because its row would keep the address of a user to whom Signet has promised
    /// erasure.
    async fn give_up(&self, tx: &mut Tx, letter: &DueLetter, now: Timestamp) -> Result<(), Error> {
        if letter.kind == Kind::DeletionExecuted {
            tx.delete_letter(&letter.id).await?;
        } else {
            tx.give_letter_up(&letter.id, letter.attempts, now).await?;
        }
        Ok(())
    }
}

/// Returns whether the letter is pointless without a link that works. A letter about a scheduled deletion names no link
/// if an earlier version of Signet wrote its row; it is sent without one.
fn needs_link(letter: &DueLetter) -> bool {
    letter.kind.link().is_some() && (letter.kind != Kind::DeletionScheduled || letter.link_id.is_some())
}

/// Returns the kind of letter that waits while the clock is ahead: the reminders of a deletion. A reminder that
/// Signet sends too early would be missing at the right time. Signet sends every other letter, because a user is
/// waiting for it.
fn held_while(clock_is_ahead: bool) -> Option<Kind> {
    clock_is_ahead.then_some(Kind::DeletionReminder)
}

/// Returns how long to wait after failure number `attempts`.
fn wait_after(attempts: i64) -> Span {
    let doublings = u32::try_from(attempts.clamp(1, 20) - 1).unwrap_or(0);
    let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(doublings));
    Span::seconds(wait).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_its_limit() {
        let cases = [(1, 15), (2, 30), (3, 60), (11, 15_360), (12, 28_800), (99, 28_800)];
        for (attempts, seconds) in cases {
            assert_eq!(wait_after(attempts), Span::seconds(seconds), "{attempts}");
        }
    }
}
