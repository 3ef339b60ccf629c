//! One WebSocket: deliveries out, frames in.

use crate::metrics::OpenStream;
use crate::{Delivery, PocketPing, Subscription};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

/// Small buffers: the default of 128 KiB would be most of an idle session's memory (ARCHITECTURE, Server).
const READ_BUFFER_BYTES: usize = 256;
/// How long one frame may wait for a client that does not read.
const SEND_TIMEOUT: Duration = Duration::from_secs(20);
/// A client that let two of these pass in silence, our pings included, is gone.
const LIVENESS: Duration = Duration::from_secs(45);
/// How long the client may take to answer a close frame.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// "Service restart": the server is going away, come back (RFC 6455 §7.4 and its registry).
const RESTART: (u16, &str) = (1012, "the server is restarting");
/// "Try again later": the client was too slow to follow and resumes by its cursor.
const TOO_SLOW: (u16, &str) = (1013, "too slow, resume after the last cursor");
/// "Policy violation": too large, or no valid WebSocket.
const UNREADABLE: (u16, &str) = (1008, "a frame could not be read or was too large");

/// What a stream does with text from its client.
pub(crate) trait Frames: Send + Sync + 'static {
    /// Takes one frame; the text to answer with, if any.
    fn take(&self, text: &str) -> impl Future<Output = Option<Utf8Bytes>> + Send;
}

/// Turns the request into a socket. A frame may be as large as a request's body.
pub(crate) fn web_socket(
    pp: &PocketPing,
    upgrade: WebSocketUpgrade,
    mut subscription: Subscription,
    frames: impl Frames,
    open: OpenStream,
) -> Response {
    let guard = pp.http().sockets.enter();
    let max_frame_bytes = pp.config().max_body_bytes;
    upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_message_size(max_frame_bytes)
        .max_frame_size(max_frame_bytes)
        .on_upgrade(async move |mut socket| {
            // A task of its own: this one keeps room for all that upgrading needed, as long as it runs. What is used by
            // reference is in it once; each function that it is moved into would keep room for it again.
            let session = async move {
                let closing = serve(&mut socket, &mut subscription, &frames, &open).await;
                // The client may take its time to close: the server's storage is not to stay open for it.
                drop((subscription, frames));
                if let Some((code, reason)) = closing {
                    // Boxed: what closing needs would sit in every idle socket.
                    Box::pin(close(&mut socket, code, reason)).await;
                }
                drop((open, guard));
            };
            // Nobody waits for its end; the guard tells when all have ended.
            drop(tokio::spawn(session));
        })
}

/// Runs until the stream ends; with which code to close, unless the client is gone.
async fn serve(
    socket: &mut WebSocket,
    subscription: &mut Subscription,
    frames: &impl Frames,
    open: &OpenStream,
) -> Option<(u16, &'static str)> {
    let mut liveness = interval_at(Instant::now() + LIVENESS, LIVENESS);
    liveness.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = true;
    loop {
        tokio::select! {
            delivery = subscription.next() => match delivery {
                Delivery::Envelope(envelope) => send(socket, Message::Text(envelope.text().clone())).await?,
                Delivery::Lagged => {
                    open.lagged();
                    return Some(TOO_SLOW);
                }
                Delivery::Closed => return Some(RESTART),
            },
            received = socket.recv() => {
                heard = true;
                match received {
                    // Boxed: frames are rare, and the state of their work would sit in every idle socket.
                    Some(Ok(Message::Text(text))) => {
                        if let Some(answer) = Box::pin(frames.take(&text)).await {
                            send(socket, Message::Text(answer)).await?;
                        }
                    }
                    Some(Ok(Message::Binary(bytes))) => {
                        let text = String::from_utf8_lossy(&bytes);
                        if let Some(answer) = Box::pin(frames.take(&text)).await {
                            send(socket, Message::Text(answer)).await?;
                        }
                    }
                    // Pongs and closes are answered below us; after a close nothing more comes.
                    Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_))) => {}
                    Some(Err(_)) => return Some(UNREADABLE),
                    None => return None,
                }
            }
            _ = liveness.tick() => {
                if !heard {
                    return None;
                }
                heard = false;
                send(socket, Message::Ping(Default::default())).await?;
            }
        }
    }
}

/// Sends; `None` when the client is gone or does not read.
async fn send(socket: &mut WebSocket, message: Message) -> Option<()> {
    timeout(SEND_TIMEOUT, socket.send(message)).await.ok()?.ok()
}

async fn close(socket: &mut WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame {
        code,
        reason: Utf8Bytes::from_static(reason),
    };
    if send(socket, Message::Close(Some(frame))).await.is_none() {
        return;
    }
    // Whatever was under way is read until the client's own close frame: it would take a reset otherwise.
    let rest = async { while let Some(Ok(_)) = socket.recv().await {} };
    timeout(CLOSE_TIMEOUT, rest).await.ok();
}
