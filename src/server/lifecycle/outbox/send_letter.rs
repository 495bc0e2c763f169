//! Sending a letter: claimed, rendered with a token made at that moment, sent, deleted.

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
            Error, Lifecycle,
            claims::{change_claims, code_claims},
        },
        mail::{Code, Facts, Link, Transport, compose},
        store::{ClaimedLetter, DueLetter, SudoCode, Tx},
    },
};

/// How long a worker may take over one letter before another may try: well over the
/// transport's own limit.
const CLAIM: Span = Span::minutes(2);
/// After this many failures a letter is given up and left for the operator to see.
const MAX_ATTEMPTS: i64 = 16;
/// The wait after the first failure; it doubles with each one.
const FIRST_WAIT: u32 = 15;
/// No wait is longer than this: the sixteen tries span about forty hours.
const LONGEST_WAIT: Span = Span::hours(8);

/// What came of sending a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// It is out, and its row is gone.
    Sent,
    /// It had nothing to say any more, and its row is gone.
    Dropped,
    /// The mail server did not take it; it is put off.
    PutOff,
    /// The mail server did not take it for the last time.
    GivenUp,
    /// None is due that is nobody else's to send and need not wait for a clock or a database that
    /// can be believed.
    Nothing,
}

impl Lifecycle {
    /// Sends the next letter that is due; one that somebody waits for comes first. At least once: a
    /// crash between sending and deleting sends it again, with the same link.
    ///
    /// # Errors
    /// Those of the database. A mail server that refuses is not an error but a reason to wait.
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
        let prepared = self.prepare(&mut tx, claimed, now).await;
        // Also when the row cannot be read: until the claim is over others come first.
        tx.commit().await?;
        match prepared? {
            Some((letter, facts)) => self.send_claimed(&letter, &facts, transport, now).await,
            None => Ok(SendOutcome::Dropped),
        }
    }

    /// The letter with what it states; `None` when it had nothing to say any more, and is removed.
    async fn prepare(
        &self,
        tx: &mut Tx,
        claimed: ClaimedLetter,
        now: Timestamp,
    ) -> Result<Option<(DueLetter, Facts)>, Error> {
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
                // The row lacks what the letter speaks of, and always will.
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

    /// What the letter states; `None` when it has nothing to say any more.
    async fn letter_facts(&self, tx: &mut Tx, letter: &DueLetter, now: Timestamp) -> Result<Option<Facts>, Error> {
        let link = self.letter_link(tx, letter, now).await?;
        let code = self.letter_code(tx, letter, now).await?;
        if letter.kind.link().is_some() && link.is_none() || letter.kind == Kind::SudoCode && code.is_none() {
            return Ok(None);
        }
        let linked = match &letter.user_id {
            Some(user) if letter.kind == Kind::PasswordReset => tx.identities(user).await?,
            _ => Vec::new(),
        };
        Ok(Some(Facts {
            base_url: self.policy.base_url.clone(),
            link,
            other: letter.other.clone().map(Email::from_row),
            at: letter.at,
            device: letter.device.clone(),
            provider: letter.provider.as_ref().map(|provider| self.providers.name_of(provider)),
            api_token: letter.api_token.clone(),
            linked: linked.iter().map(|identity| self.providers.name_of(&identity.provider)).collect(),
            code,
        }))
    }

    /// The letter's code, made now; `None` when it is over.
    async fn letter_code(&self, tx: &mut Tx, letter: &DueLetter, now: Timestamp) -> Result<Option<Code>, Error> {
        let (Kind::SudoCode, Some(id), Some(user)) = (letter.kind, &letter.link_id, &letter.user_id) else {
            return Ok(None);
        };
        let row =
            tx.sudo_code(user).await?.filter(|row| row.id == *id && sudo::is_usable(row.expires_at, row.tries, now));
        let text = |row: &SudoCode| self.keys.sudo_code(&code_claims(row));
        Ok(row.map(|row| Code { text: text(&row), until: row.expires_at }))
    }

    /// The letter's link, with a token made now; `None` when what it opens is over.
    async fn letter_link(&self, tx: &mut Tx, letter: &DueLetter, now: Timestamp) -> Result<Option<Link>, Error> {
        let (Some(purpose), Some(row)) = (letter.kind.link(), letter.link_id.as_ref()) else {
            return Ok(None);
        };
        let claims: Option<Claims> = match purpose {
            Purpose::VerifyEmail | Purpose::ResetPassword => {
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

    /// A letter that cannot be sent stays for the operator to see, but for the last one: it
    /// would keep the address of somebody who was promised to be forgotten.
    async fn give_up(&self, tx: &mut Tx, letter: &DueLetter, now: Timestamp) -> Result<(), Error> {
        if letter.kind == Kind::DeletionExecuted {
            tx.delete_letter(&letter.id).await?;
        } else {
            tx.give_letter_up(&letter.id, letter.attempts, now).await?;
        }
        Ok(())
    }
}

/// The letters that wait while the clock is ahead: sent early, a reminder is not there when the
/// time has come. All others are asked for by somebody who waits for them.
fn held_while(clock_is_ahead: bool) -> Option<Kind> {
    clock_is_ahead.then_some(Kind::DeletionReminder)
}

/// How long to wait after the `attempts`-th failure.
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
