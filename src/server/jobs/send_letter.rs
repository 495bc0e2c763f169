//! The job that wakes `send_letter`.

use apalis::prelude::{BoxDynError, Data};

use super::Worker;
use crate::{domain::id::LetterId, server::store::LetterJob};

/// Sends the letter that the job names, if its row agrees. A mail server that refuses is
/// no failure of the job: the letter is put off under a new one.
///
/// # Errors
/// Those of the database; the job is tried again.
pub(super) async fn handle(job: LetterJob, worker: Data<Worker>) -> Result<(), BoxDynError> {
    worker.lifecycle.send_letter(&LetterId::from_row(job.letter), &worker.transport).await?;
    Ok(())
}
