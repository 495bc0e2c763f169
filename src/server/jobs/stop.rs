//! The end of the workers.

use tokio::sync::watch;

/// Resolves when `stopped` turns true or its sender is gone.
pub(super) async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}
