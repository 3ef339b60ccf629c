//! The bytes of files.

use super::Backend;
use super::request::{failure, read};
use futures_util::stream;
use pocketping_core::Value;
use pocketping_core::engine::{HttpAnswer, NetworkFailure};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// How long a transfer may stand still. In all it may take as long as it takes.
const STILL: Duration = Duration::from_secs(60);
/// What goes out at once.
const PIECE: usize = 64 * 1024;

/// Sends a file's bytes. Addresses may be of other servers, so nothing of ours goes along.
///
/// # Errors
/// When there is no answer: the connection failed, or the transfer stood still.
pub(super) async fn send(
    backend: &Backend,
    url: &str,
    mime_type: &str,
    bytes: Arc<[u8]>,
) -> Result<HttpAnswer, NetworkFailure> {
    let address = Url::parse(&backend.base).and_then(|base| base.join(url));
    let Some(url) = address
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
    else {
        tracing::warn!(url, "the server names an address for bytes that is none");
        // As a server would refuse what it will never take.
        return Ok(HttpAnswer {
            status: 422,
            body: Value::Null,
            retry_after: None,
            version: None,
        });
    };
    let sent = Arc::new(AtomicUsize::new(0));
    let (length, counted) = (bytes.len(), Arc::clone(&sent));
    let pieces = stream::iter((0..length).step_by(PIECE).map(move |at| {
        counted.store(at, Ordering::Relaxed);
        Ok::<_, Infallible>(bytes[at..length.min(at + PIECE)].to_vec())
    }));
    let request = backend
        .http
        .put(url)
        .header(CONTENT_TYPE, mime_type)
        .header(CONTENT_LENGTH, length)
        .body(reqwest::Body::wrap_stream(pieces));
    let mut exchange = std::pin::pin!(async { read(request.send().await?).await });
    let mut before = usize::MAX;
    loop {
        if let Ok(answer) = timeout(STILL, &mut exchange).await {
            return answer.map_err(failure);
        }
        let now = sent.load(Ordering::Relaxed);
        if now == before {
            return Err(NetworkFailure::TimedOut);
        }
        before = now;
    }
}
