//! Which sockets are still open, so that a server can wait for their closing frames before it ends.

use tokio::sync::watch;

/// Counts open sockets.
#[derive(Clone)]
pub(crate) struct OpenSockets(watch::Sender<usize>);

impl Default for OpenSockets {
    fn default() -> Self {
        OpenSockets(watch::Sender::new(0))
    }
}

impl OpenSockets {
    /// Counts one socket until the guard is dropped.
    pub(super) fn enter(&self) -> OpenSocket {
        self.0.send_modify(|open| *open += 1);
        OpenSocket(self.0.clone())
    }

    /// Waits until none is open.
    pub(crate) async fn none_left(&self) {
        // The wait ends with an error only when the sender is gone, and `self` is one.
        self.0.subscribe().wait_for(|open| *open == 0).await.ok();
    }
}

/// One open socket.
pub(super) struct OpenSocket(watch::Sender<usize>);

impl Drop for OpenSocket {
    fn drop(&mut self) {
        self.0.send_modify(|open| *open -= 1);
    }
}
