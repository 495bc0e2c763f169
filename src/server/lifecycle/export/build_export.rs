//! The worker builds an export: it reads everything in one snapshot, seals the document and writes the file, and
//! only then marks the row as ready.

use std::io;

use crate::{
    domain::{
        export::{Export, KEPT_FOR, MOST_BYTES, State},
        id::{ExportId, hex},
        outbox::Kind,
        security_log::Actor,
        time::{Span, Timestamp},
    },
    server::{
        crypto::export_seal::SealClaims,
        export::document::Document,
        lifecycle::{
            Action, Error, Lifecycle, RequestOrigin,
            operation::{Attribution, Operation},
        },
        store::{Exported, NewLetter},
    },
};

/// How long a worker may take for one export before another worker may try. Normally it takes a second or two. If
/// it takes longer, both write the same file.
const CLAIM: Span = Span::minutes(2);

/// The result of building an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Building {
    /// The user can download it, and a letter that says so is queued.
    Ready,
    /// The account is closed or gone, or another worker was faster.
    Dropped,
    /// No export waits, or the database may contain erased accounts after a restore.
    Nothing,
}

impl Lifecycle {
    /// Builds the export that has waited longest. Any number of workers may try at the same time: each would write
    /// the file under the same name, and only the worker that marks the row as ready queues the letter. A crash
    /// leaves at most a file, which another worker writes again after the claim has expired, or which the sweep
    /// removes.
    ///
    /// # Errors
    /// Those of the database, and [`Error::Internal`] if the file cannot be written. The row stays claimed until
    /// the next try, so workers build other exports meanwhile.
    pub async fn build_export(&self) -> Result<Building, Error> {
        let now = self.clock.now();
        if self.ledger.is_doubtful() || !self.db.single_read().await?.has_due_export(now).await? {
            return Ok(Building::Nothing);
        }
        let mut tx = self.db.begin().await?;
        let Some(export) = tx.claim_export(now, now.plus(CLAIM)).await? else {
            tx.rollback().await?;
            return Ok(Building::Nothing);
        };
        tx.commit().await?;
        let building = self.build_claimed(&export, now).await?;
        if building == Building::Dropped {
            self.remove_if_gone(&export.id).await?;
        }
        Ok(building)
    }

    async fn build_claimed(&self, export: &Export, now: Timestamp) -> Result<Building, Error> {
        let mut tx = self.db.read().await?;
        let found = tx.exported(&export.user_id).await?;
        tx.end().await?;
        let Some(found) = found else { return Ok(Building::Dropped) };
        self.write_export(export, found, now).await?;
        self.finish_export(export, now).await
    }

    async fn write_export(&self, export: &Export, found: Exported, now: Timestamp) -> Result<(), Error> {
        let internal = |error: io::Error| Error::Internal(Box::new(error));
        let (keys, nonce, of) = (self.keys.clone(), self.random.bytes(), export.clone());
        // A long log takes a second. Requests must not wait for it, so it gets a thread of its own.
        let sealed = tokio::task::spawn_blocking(move || {
            let plain = Document::of(found, now).into_json(MOST_BYTES)?;
            let claims = SealClaims { export: &of.id, user: &of.user_id };
            let sealed = keys.seal_export(claims, nonce, &plain);
            sealed.ok_or_else(|| io::Error::other("an export too large to be sealed"))
        });
        let sealed = sealed.await.map_err(io::Error::other).flatten().map_err(internal)?;
        let part = hex(&self.random.bytes::<8>());
        let written = self.exports.write(&export.id, &part, &sealed).await;
        written
            .inspect_err(|error| {
                let folder = self.exports.folder().display();
                tracing::error!(export = %export.id, %folder, %error, "export not written to server.data_dir");
            })
            .map_err(internal)
    }

    /// Marks the export as ready, if its account is still active.
    async fn finish_export(&self, export: &Export, now: Timestamp) -> Result<Building, Error> {
        let worker = RequestOrigin::worker();
        let by = Attribution::of(Action::RequestExport, &worker, Actor::Worker, Some(&export.user_id));
        let mut operation = self.operation(self.db.begin().await?, now, by);
        let outcome = finish_export_in(&mut operation, export).await;
        // The log has an event for the request. A letter tells the user that the export is ready, so no second
        // event is needed.
        operation.nothing_to_record();
        let finished = operation.finish(outcome).await?;
        Ok(if finished { Building::Ready } else { Building::Dropped })
    }

    /// Removes the file if the row was deleted while the worker wrote the file.
    async fn remove_if_gone(&self, id: &ExportId) -> Result<(), Error> {
        let is_gone = self.db.single_read().await?.export(id).await?.is_none();
        if is_gone {
            self.remove_export_file(id).await;
        }
        Ok(())
    }
}

async fn finish_export_in(operation: &mut Operation<'_>, export: &Export) -> Result<bool, Error> {
    let Some(user) = operation.tx.lock_user(&export.user_id).await? else { return Ok(false) };
    if user.must_be_active().is_err() {
        // The account is closed, so the export is dropped; a user who comes back can request another. An export
        // that another worker has already finished stays.
        if operation.tx.export(&export.id).await?.is_some_and(|export| export.state == State::Building) {
            operation.tx.drop_export(&user.id).await?;
        }
        return Ok(false);
    }
    let expires_at = operation.now.plus(KEPT_FOR);
    if !operation.tx.finish_export(&export.id, operation.now, expires_at).await? {
        return Ok(false);
    }
    operation
        .mail(&NewLetter { at: Some(expires_at), ..NewLetter::plain(&user.id, Kind::ExportReady, &user.email) })
        .await?;
    operation.tx.announce(&user.id).await?;
    Ok(true)
}
