//! The job that wakes `execute_deletion`.

use apalis::prelude::{BoxDynError, Data};

use super::Worker;
use crate::{domain::id::UserId, server::store::DeletionJob};

/// Executes the deletion that the job names, if its row agrees.
///
/// # Errors
/// Those of the database; the job is tried again.
pub(super) async fn handle(job: DeletionJob, worker: Data<Worker>) -> Result<(), BoxDynError> {
    fail::fail_point!("execution");
    worker.lifecycle.execute_deletion(&UserId::from_row(job.user)).await?;
    Ok(())
}
