//! `download_export`: the viewer downloads their export.

use secrecy::zeroize::Zeroizing;

use crate::{
    domain::{error::Refusal, export::Export, id::ExportId, limits::Limit, time::Timestamp},
    server::{
        crypto::export_seal::SealClaims,
        lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
    },
};

/// An opened export. It has no `Debug`, because it contains everything that Signet keeps about a user.
pub struct Download {
    /// The document, as JSON.
    pub json: Zeroizing<Vec<u8>>,
    /// When it was ready.
    pub made_at: Timestamp,
}

impl Lifecycle {
    /// Opens the viewer's export. Two transactions check that the viewer may download it, one before the file is
    /// read and one after, so no transaction waits for the disk.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`]; [`Refusal::ExportGone`] if the export does not exist, belongs to another account,
    /// is not ready or has expired, or if its file is missing or no key opens it.
    pub async fn download_export(&self, source: &RequestOrigin, viewer: &Viewer, id: &str) -> Result<Download, Error> {
        let mut operation = self.begin_as(Action::DownloadExport, source, viewer).await?;
        let export = match may_download(&mut operation, id).await {
            Ok(export) => export,
            Err(error) => return operation.finish(Err(error)).await,
        };
        operation.tx.rollback().await?;
        let json = self.opened(&export).await?;
        let mut operation = self.begin_as(Action::DownloadExport, source, viewer).await?;
        let outcome = download_in(&mut operation, id, json).await;
        operation.finish(outcome).await
    }

    /// The contents of the file; `None` if the file is missing or no key opens it.
    async fn opened(&self, export: &Export) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let sealed = self.exports.read(&export.id).await.map_err(|error| Error::Internal(Box::new(error)))?;
        let Some(sealed) = sealed else {
            tracing::error!(export = %export.id, "the file of an export is missing; processes must share data_dir");
            return Ok(None);
        };
        let (keys, of) = (self.keys.clone(), export.clone());
        // Opening 32 MiB takes a moment, in which this thread could answer hundreds of requests.
        let opened = tokio::task::spawn_blocking(move || {
            keys.open_export(SealClaims { export: &of.id, user: &of.user_id }, sealed)
        });
        let opened = opened.await.map_err(|error| Error::Internal(Box::new(error)))?;
        if opened.is_none() {
            tracing::error!(export = %export.id, "the file of an export cannot be opened with the secret keys");
        }
        Ok(opened)
    }
}

async fn download_in(
    operation: &mut Operation<'_>,
    id: &str,
    json: Option<Zeroizing<Vec<u8>>>,
) -> Result<Download, Error> {
    let export = may_download(operation, id).await?;
    let json = json.ok_or(Refusal::ExportGone)?;
    operation.limit_viewer(Limit::DownloadsPerUser).await?;
    operation.record(None).await?;
    Ok(Download { json, made_at: export.ready_at.unwrap_or(operation.now) })
}

/// The viewer's own export, if it has this id and can be downloaded. An expired export is refused here even if the
/// sweep has not removed it yet.
async fn may_download(operation: &mut Operation<'_>, id: &str) -> Result<Export, Error> {
    let own = operation.tx.export_of(&operation.viewer()?.user.id).await?;
    let wanted = ExportId::parse(id);
    let found = own.filter(|own| Some(&own.id) == wanted.as_ref() && own.is_ready(operation.now));
    Ok(found.ok_or(Refusal::ExportGone)?)
}
