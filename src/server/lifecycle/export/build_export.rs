//! Preparing an export, by the worker: everything is read in one moment, written down,
//! sealed, and lies in its file before the row says that it is ready.

use std::io;

use secrecy::zeroize::Zeroizing;

use crate::{
    domain::{
        export::{Export, KEPT_FOR, State},
        id::{ExportId, UserId, hex},
        outbox::Kind,
        time::Timestamp,
    },
    server::{
        crypto::export_seal::SealClaims,
        export::document::Document,
        lifecycle::{Error, Lifecycle, outbox::post::Post},
        store::{Exported, Tx},
    },
};

/// What came of preparing an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Building {
    /// It can be downloaded, and its owner is told.
    Ready,
    /// The row says no: it is ready already, or its account is closed or gone; or the database
    /// was restored under the process.
    Nothing,
}

impl Lifecycle {
    /// Prepares an export. Any number of workers may try at any time: the file has the same
    /// name whoever writes it, and the row decides who posts the letter. A crash leaves at most
    /// a file that is written again, or swept.
    ///
    /// # Errors
    /// Those of the database, and [`Error::Internal`] when the file cannot be written; the row
    /// waits for the next try.
    pub async fn build_export(&self, id: &ExportId) -> Result<Building, Error> {
        if self.ledger.is_doubtful() {
            return Ok(Building::Nothing);
        }
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let export = tx.export(id).await?.filter(|export| export.state == State::Building);
        let found = match &export {
            Some(export) => tx.exported(&export.user_id).await?,
            None => None,
        };
        tx.rollback().await?;
        let (Some(export), Some(found)) = (export, found) else {
            return Ok(Building::Nothing);
        };
        self.write_export(&export, found, now).await?;
        let building = self.finish_export(&export, now).await?;
        if building == Building::Nothing {
            self.remove_if_gone(id).await?;
        }
        Ok(building)
    }

    async fn write_export(&self, export: &Export, found: Exported, now: Timestamp) -> Result<(), Error> {
        let internal = |error: io::Error| Error::Internal(Box::new(error));
        // The only copy in the clear, and it is wiped.
        let plain = serde_json::to_vec_pretty(&Document::of(found, now)).map_err(io::Error::from);
        let plain = Zeroizing::new(plain.map_err(internal)?);
        let claims = SealClaims { export: &export.id, user: &export.user_id };
        let sealed = self.keys.seal_export(claims, self.random.bytes(), &plain);
        let sealed = sealed.ok_or_else(|| internal(io::Error::other("an export too large to be sealed")))?;
        let part = hex(&self.random.bytes::<8>());
        let written = self.exports.write(&export.id, &part, &sealed).await;
        written
            .inspect_err(|error| tracing::error!(export = %export.id, %error, "export not written"))
            .map_err(internal)
    }

    /// Says that it is ready, if it still shall be.
    async fn finish_export(&self, export: &Export, now: Timestamp) -> Result<Building, Error> {
        let mut tx = self.db.begin().await?;
        let finished = self.finish_export_in(&mut tx, export, now).await?;
        tx.commit().await?;
        Ok(if finished { Building::Ready } else { Building::Nothing })
    }

    async fn finish_export_in(&self, tx: &mut Tx, export: &Export, now: Timestamp) -> Result<bool, Error> {
        let Some(user) = tx.lock_user(&export.user_id).await? else { return Ok(false) };
        if user.must_be_active().is_err() {
            // Whoever closed their account asks again once they are back. One that another worker
            // has finished before stays.
            if tx.export(&export.id).await?.is_some_and(|export| export.state == State::Building) {
                self.drop_unfinished(tx, &user.id).await?;
            }
            return Ok(false);
        }
        let expires_at = now.plus(KEPT_FOR);
        if !tx.finish_export(&export.id, now, expires_at).await? {
            return Ok(false);
        }
        let letter = Post { at: Some(expires_at), ..Post::plain(&user.id, Kind::ExportReady, &user.email) };
        self.post(tx, &letter).await?;
        tx.announce(&user.id).await?;
        Ok(true)
    }

    /// Takes an account's export back, with the job behind it.
    pub(in crate::server::lifecycle) async fn drop_unfinished(&self, tx: &mut Tx, user: &UserId) -> Result<(), Error> {
        if let Some(job) = tx.drop_export(user).await? {
            tx.kill_job(&job).await?;
        }
        Ok(())
    }

    /// The row may have gone while the file was written.
    async fn remove_if_gone(&self, id: &ExportId) -> Result<(), Error> {
        let mut tx = self.db.read().await?;
        let is_gone = tx.export(id).await?.is_none();
        tx.rollback().await?;
        if is_gone {
            self.remove_export_file(id).await;
        }
        Ok(())
    }
}
