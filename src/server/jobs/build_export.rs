//! The job that wakes `build_export`.

use apalis::prelude::{BoxDynError, Data};

use super::Worker;
use crate::{domain::id::ExportId, server::store::ExportJob};

/// Prepares the export that the job names, if its row agrees.
///
/// # Errors
/// Those of the database and of the folder of exports; the job is tried again.
pub(super) async fn handle(job: ExportJob, worker: Data<Worker>) -> Result<(), BoxDynError> {
    worker.lifecycle.build_export(&ExportId::from_row(job.export)).await?;
    Ok(())
}
