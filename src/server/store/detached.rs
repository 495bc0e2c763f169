//! Work on a connection that goes on when its caller is dropped.

use std::panic::resume_unwind;

use tracing::Instrument;

/// Runs `work` in a task of its own, so that the work completes even if the caller is dropped meanwhile. Then tokio
/// drops the result. If that is a transaction, dropping it rolls the transaction back.
pub(super) fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
) -> impl Future<Output = Result<T, sqlx::Error>> {
    let task = tokio::spawn(work.in_current_span());
    async {
        task.await.unwrap_or_else(|broken| match broken.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // The runtime is shutting down and has cancelled the task.
            Err(_) => Err(sqlx::Error::WorkerCrashed),
        })
    }
}
