//! [`Changes`]: what happens, as a stream.

use crate::Lagged;
use futures_util::{Stream, StreamExt};
use pocketping_core::engine::Change;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

/// Everything that happens from the call of [`Client::changes`](crate::Client::changes) on, in order.
///
/// It ends with the client. A reader that falls behind by more than the buffer gets [`Lagged`] once, in place
/// of what was dropped, and goes on with the oldest change that is left.
#[derive(Debug)]
pub struct Changes {
    stream: BroadcastStream<Change>,
}

impl Changes {
    pub(crate) fn new(receiver: broadcast::Receiver<Change>) -> Self {
        Changes {
            stream: BroadcastStream::new(receiver),
        }
    }

    /// The next change; `None` when the client has ended. May be dropped without losing one.
    pub async fn next(&mut self) -> Option<Result<Change, Lagged>> {
        StreamExt::next(self).await
    }
}

impl Stream for Changes {
    type Item = Result<Change, Lagged>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.stream.poll_next_unpin(context).map(|next| {
            next.map(|change| change.map_err(|BroadcastStreamRecvError::Lagged(missed)| Lagged { missed }))
        })
    }
}
