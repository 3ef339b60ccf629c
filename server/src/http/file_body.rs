//! Bodies that are files: read piece by piece, never as a whole.

use crate::ServiceError;
use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

/// How long a client may send nothing. There is no limit on the whole: slow networks are no fault.
const SILENCE: Duration = Duration::from_secs(30);

/// The pieces of a request's body; ends with an error when it breaks off or falls silent.
pub(crate) struct FileBody {
    pieces: BodyDataStream,
    silence: Pin<Box<Sleep>>,
}

impl FileBody {
    pub(crate) fn new(body: Body) -> Self {
        FileBody {
            pieces: body.into_data_stream(),
            silence: Box::pin(sleep(SILENCE)),
        }
    }
}

impl Stream for FileBody {
    type Item = Result<Bytes, ServiceError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(piece) = self.pieces.poll_next_unpin(context) {
            self.silence.as_mut().reset(Instant::now() + SILENCE);
            return Poll::Ready(piece.map(|piece| piece.map_err(|_| ServiceError::UploadInterrupted)));
        }
        ready!(self.silence.as_mut().poll(context));
        Poll::Ready(Some(Err(ServiceError::UploadInterrupted)))
    }
}

/// Reads on and throws away, at most `limit` bytes, so that the client hears the refusal: closing while it
/// writes would show it a reset connection instead.
pub(crate) async fn drain(body: &mut FileBody, limit: u64) {
    let mut left = limit;
    while let Some(Ok(piece)) = body.next().await {
        left = left.saturating_sub(piece.len() as u64);
        if left == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    #[tokio::test(start_paused = true)]
    async fn a_client_that_falls_silent_is_given_up_after_30_seconds_and_a_slow_one_never() {
        let slow = stream::unfold(0, async |number| {
            sleep(Duration::from_secs(29)).await;
            (number < 100).then(|| (Ok::<_, std::io::Error>("x"), number + 1))
        });
        let mut body = FileBody::new(Body::from_stream(slow));
        for _ in 0..100 {
            assert_eq!(body.next().await.unwrap().unwrap(), "x");
        }
        assert!(body.next().await.is_none());

        let silent = stream::pending::<Result<&str, std::io::Error>>();
        let mut body = FileBody::new(Body::from_stream(silent));
        let before = Instant::now();
        assert!(matches!(
            body.next().await,
            Some(Err(ServiceError::UploadInterrupted))
        ));
        assert_eq!(before.elapsed(), SILENCE);
    }

    #[tokio::test]
    async fn draining_ends_at_the_limit() {
        let endless = stream::repeat_with(|| Ok::<_, std::io::Error>("ten bytes."));
        let mut body = FileBody::new(Body::from_stream(endless));
        drain(&mut body, 1_000_000).await;
    }
}
