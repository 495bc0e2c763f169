//! What the workers of the site do, when the model says so.

use std::sync::{Arc, Mutex};

use signet::{
    domain::{
        id::{LetterId, UserId},
        outbox::Kind,
    },
    server::{
        lifecycle::{deletion::Execution, export::Building},
        mail::{Letter, Transport},
    },
};

use super::{
    site::{Done, Site},
    step::Worker,
};
use crate::people::take;

impl Site {
    pub async fn worker(&mut self, worker: &Worker) -> Done {
        match *worker {
            Worker::SendLetters => self.send_letters().await,
            Worker::BuildExports => self.build_exports().await,
            Worker::Erase(account) => self.erase(account).await,
            Worker::Sweep => {
                let swept = self.life().sweep().await?;
                let lost = swept.letters + swept.deletions + swept.exports;
                Ok(format!("{lost} lost jobs, doubt: {}", swept.clock_ahead.is_some()))
            }
        }
    }

    /// Sends what is due; `kind to address` of all that went out, sorted.
    async fn send_letters(&mut self) -> Done {
        let mut sent = Vec::new();
        for (letter, job) in self.life().due(self.app.now()).await?.letters {
            take(self.life(), &job).await;
            sent.extend(self.send(&letter).await);
        }
        sent.sort();
        Ok(sent.join(", "))
    }

    async fn send(&mut self, letter: &LetterId) -> Option<String> {
        let row =
            self.app.rows(&format!("SELECT kind, link_id FROM signet_letters WHERE id = '{letter}'")).await.remove(0);
        let (kind, link) = row.split_once('|').unwrap();
        let kept: Arc<Mutex<Vec<Letter>>> = Arc::default();
        let transport = Transport::Kept(Arc::clone(&kept));
        self.life().send_letter(letter, &transport).await.unwrap();
        let sent = kept.lock().unwrap().pop()?;
        if let Some(purpose) = Kind::from_word(kind).unwrap().link() {
            let url = sent.links.iter().find(|link| link.contains(purpose.path())).unwrap();
            let token = url.rsplit('/').next().unwrap().to_owned();
            self.mail.insert((purpose, self.names.name(link).unwrap().to_owned()), token);
        }
        Some(format!("{kind} to {}", sent.to))
    }

    async fn build_exports(&self) -> Done {
        let (mut ready, mut dropped) = (0, 0);
        for (export, job) in self.life().due(self.app.now()).await?.exports {
            take(self.life(), &job).await;
            match self.life().build_export(&export).await? {
                Building::Ready => ready += 1,
                Building::Nothing => dropped += 1,
            }
        }
        Ok(format!("{ready} ready, {dropped} dropped"))
    }

    /// The job is over once the account is erased, and not before.
    async fn erase(&self, account: usize) -> Done {
        let id = UserId::parse(&self.names.id("user", account)).unwrap();
        let job = self.app.rows(&format!("SELECT deletion_job FROM signet_users WHERE id = '{id}'")).await;
        let execution = self.life().execute_deletion(&id).await?;
        if execution == Execution::Executed {
            take(self.life(), &job[0]).await;
        }
        Ok(format!("{execution:?}"))
    }
}
