//! [`Receiver`]: one listener's end of the bus.

use super::Notice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use tokio::sync::mpsc;

/// What a receiver yields.
#[derive(Clone, Debug)]
pub enum Received {
    /// A notice.
    Notice(Arc<Notice>),
    /// The listener did not keep up; notices are missing from here on and none will follow.
    Lagged,
    /// The bus was closed.
    Closed,
}

/// One listener's end of the bus. Dropping it ends the subscription.
pub struct Receiver {
    notices: mpsc::Receiver<Arc<Notice>>,
    lagged: Arc<AtomicBool>,
    _leave: Box<dyn Send + Sync>,
}

impl Receiver {
    /// A receiver of what is sent into the channel. The sender sets `lagged` before it drops the channel
    /// of a slow listener; `leave` is dropped with the receiver.
    pub fn new(
        notices: mpsc::Receiver<Arc<Notice>>,
        lagged: Arc<AtomicBool>,
        leave: impl Send + Sync + 'static,
    ) -> Self {
        Receiver {
            notices,
            lagged,
            _leave: Box::new(leave),
        }
    }

    /// Polls for the next notice.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Received> {
        Poll::Ready(match ready!(self.notices.poll_recv(context)) {
            Some(notice) => Received::Notice(notice),
            None if self.lagged.load(Ordering::Acquire) => Received::Lagged,
            None => Received::Closed,
        })
    }
}
