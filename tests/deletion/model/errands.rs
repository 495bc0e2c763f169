//! Carries out the work of the site's workers. No worker runs by itself in this test; each run is a step.

use std::sync::{Arc, Mutex};

use signet::{
    domain::outbox::Kind,
    server::{
        lifecycle::{export::Building, outbox::SendOutcome},
        mail::{Letter, Transport},
    },
};

use super::{
    site::{Done, Site},
    step::Worker,
};

impl Site {
    pub async fn worker(&mut self, worker: &Worker) -> Done {
        match *worker {
            Worker::SendLetters => self.send_letters().await,
            Worker::BuildExports => self.build_exports().await,
            Worker::Erase(account) => self.erase(account).await,
            Worker::Sweep => {
                let swept = self.life().sweep().await?;
                Ok(format!("doubt: {}", swept.clock_ahead.is_some()))
            }
        }
    }

    /// Sends every due letter. Returns `kind to address` for each letter that was sent, sorted.
    async fn send_letters(&mut self) -> Done {
        let mut sent = Vec::new();
        loop {
            let before = self.waiting_letters().await;
            let kept: Arc<Mutex<Vec<Letter>>> = Arc::default();
            let transport = Transport::Kept(Arc::clone(&kept));
            if self.life().send_letter(&transport).await? == SendOutcome::Nothing {
                break;
            }
            let after = self.waiting_letters().await;
            let gone: Vec<_> = before.iter().filter(|row| !after.contains(row)).collect();
            let [row] = &gone[..] else { panic!("send_letter must remove one row: {gone:?}") };
            let letter = kept.lock().unwrap().pop();
            sent.extend(letter.map(|letter| self.arrived(row, &letter)));
        }
        sent.sort();
        Ok(sent.join(", "))
    }

    async fn waiting_letters(&self) -> Vec<String> {
        self.app.rows("SELECT kind, link_id, id FROM signet_letters WHERE failed_at IS NULL").await
    }

    /// Keeps the token of the letter that was sent. `row` is the letter's row, which the site has deleted.
    fn arrived(&mut self, row: &str, sent: &Letter) -> String {
        let mut values = row.split('|');
        let (kind, link) = (values.next().unwrap(), values.next().unwrap());
        if let Some(purpose) = Kind::from_word(kind).unwrap().link() {
            let url = sent.links.iter().find(|link| link.contains(purpose.path())).unwrap();
            let token = url.rsplit('/').next().unwrap().to_owned();
            self.mail.insert((purpose, self.names.name(link).unwrap().to_owned()), token);
        }
        format!("{kind} to {}", sent.to)
    }

    async fn build_exports(&self) -> Done {
        let (mut ready, mut dropped) = (0, 0);
        loop {
            match self.life().build_export().await? {
                Building::Ready => ready += 1,
                Building::Dropped => dropped += 1,
                Building::Nothing => return Ok(format!("{ready} ready, {dropped} dropped")),
            }
        }
    }

    /// Has a worker erase this account, if it is due. A worker always takes the account that is longest overdue. So
    /// this first gives every other account a late time for the next try, as the site does after an error.
    async fn erase(&self, account: usize) -> Done {
        let id = self.names.id("user", account);
        let rest = "UPDATE signet_users SET deletion_retry_at = 9000000000 WHERE deleted_at IS NULL AND id";
        self.app.db.run(&format!("{rest} <> '{id}'")).await.unwrap();
        let execution = self.life().execute_deletion().await?;
        self.app.db.run("UPDATE signet_users SET deletion_retry_at = NULL").await.unwrap();
        Ok(format!("{execution:?}"))
    }
}
