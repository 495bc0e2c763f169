//! The signal that stops the workers.

use tokio::sync::watch;

/// Returns when `stopped` turns true or its sender is gone.
pub(super) async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}
