//! WebSockets: upgraded requests, so that sockets and requests share one TLS stack and its settings.

use super::{Backend, Deaf, Mouth};
use futures_util::{SinkExt, StreamExt};
use pocketping_core::Value;
use pocketping_core::engine::StreamEvent;
use reqwest::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use reqwest::{StatusCode, Upgraded};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

/// What browsers say of a socket that ended without a closing frame (RFC 6455 §7.1.5).
const ABNORMAL: u16 = 1006;
/// What they say of a closing frame without a code.
const NO_CODE: u16 = 1005;
/// How long the other side may take to answer the closing frame.
const CLOSING: Duration = Duration::from_secs(1);

type Socket = WebSocketStream<Upgraded>;

/// Opens a socket and serves it until it ends or `frames` does.
pub(super) async fn run(backend: &Backend, url: &str, mut frames: UnboundedReceiver<Value>, mouth: &Mouth) {
    let opened = tokio::select! {
        opened = open(backend, url) => opened,
        // Given up before it was open; frames are sent to open sockets only.
        _ = frames.recv() => return,
    };
    let code = match opened {
        Ok(mut socket) => match serve(&mut socket, &mut frames, mouth).await {
            Ok(Some(code)) => code,
            Ok(None) | Err(Deaf) => return close(socket).await,
        },
        Err(error) => {
            tracing::debug!(%error, "a socket was not opened");
            ABNORMAL
        }
    };
    // Should nobody listen any more, it is of no interest.
    drop(mouth.say(StreamEvent::Closed { code: Some(code) }).await);
}

async fn open(backend: &Backend, url: &str) -> Result<Socket, SocketError> {
    let key = generate_key();
    let request = backend
        .http
        .get(url)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key);
    let answer = request.send().await.map_err(without_secrets)?;
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(SocketError::Refused(answer.status()));
    }
    let accepted = answer.headers().get(SEC_WEBSOCKET_ACCEPT);
    if accepted.is_none_or(|accepted| accepted.as_bytes() != derive_accept_key(key.as_bytes()).as_bytes()) {
        return Err(SocketError::NoSocket);
    }
    let upgraded = answer.upgrade().await.map_err(without_secrets)?;
    Ok(WebSocketStream::from_raw_socket(upgraded, Role::Client, None).await)
}

/// The close code when the other side ended it; `None` when we did.
async fn serve(
    socket: &mut Socket,
    frames: &mut UnboundedReceiver<Value>,
    mouth: &Mouth,
) -> Result<Option<u16>, Deaf> {
    mouth.say(StreamEvent::Opened).await?;
    loop {
        tokio::select! {
            frame = frames.recv() => {
                let Some(frame) = frame else { return Ok(None) };
                let text = serde_json::to_string(&frame).expect("a value is always JSON: its keys are strings");
                if let Err(error) = socket.send(Message::text(text)).await {
                    tracing::debug!(%error, "a frame was not sent");
                    return Ok(Some(ABNORMAL));
                }
            }
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => mouth.frame(&text).await?,
                Some(Ok(Message::Close(frame))) => {
                    return Ok(Some(frame.map_or(NO_CODE, |frame| frame.code.into())));
                }
                // Pings are answered by the library. There are no binary frames on this wire.
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    tracing::debug!(%error, "a socket broke");
                    return Ok(Some(ABNORMAL));
                }
                None => return Ok(Some(ABNORMAL)),
            },
        }
    }
}

/// Says goodbye and waits for the answer, so that what was sent before gets through.
async fn close(mut socket: Socket) {
    let closed = timeout(CLOSING, async {
        socket.close(None).await?;
        while let Some(Ok(_)) = socket.next().await {}
        Ok::<_, tokio_tungstenite::tungstenite::Error>(())
    });
    if !matches!(closed.await, Ok(Ok(()))) {
        tracing::debug!("a socket was closed without the other side's answer");
    }
}

/// The address has the session's id in it.
fn without_secrets(error: reqwest::Error) -> SocketError {
    SocketError::Request(error.without_url())
}

#[derive(Debug, thiserror::Error)]
enum SocketError {
    #[error("the request failed")]
    Request(#[source] reqwest::Error),
    #[error("the server answered {0}")]
    Refused(StatusCode),
    #[error("the other side does not speak WebSocket")]
    NoSocket,
}
