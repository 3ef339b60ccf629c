//! A WebSocket client that waits for what it expects.

use super::Server;
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Longer than anything here takes; reached only when a test fails.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// How a socket was closed by the server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) code: u16,
}

impl Socket {
    /// Opens `/pocketping<path>`.
    pub(crate) async fn open(server: &Server, path: &str) -> Self {
        Socket::try_open(server, path, &[]).await.unwrap()
    }

    /// The same with headers; status and body of the refusal otherwise.
    pub(crate) async fn try_open(
        server: &Server,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, (u16, Value)> {
        let mut request = format!("ws://{}/pocketping{path}", server.address)
            .into_client_request()
            .unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Socket(socket)),
            Err(Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                Err((
                    response.status().as_u16(),
                    serde_json::from_slice(&body).unwrap_or_default(),
                ))
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Opens it with so little room that a client that does not read is noticed.
    pub(crate) async fn open_narrow(server: &Server, path: &str) -> Self {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = MaybeTlsStream::Plain(socket.connect(server.address).await.unwrap());
        let request = format!("ws://{}/pocketping{path}", server.address);
        Socket(tokio_tungstenite::client_async(request, stream).await.unwrap().0)
    }

    /// Sends text.
    pub(crate) async fn say(&mut self, text: impl Into<String>) {
        self.0.send(Message::text(text.into())).await.unwrap();
    }

    /// Sends any frame.
    pub(crate) async fn send(&mut self, message: Message) {
        self.0.send(message).await.unwrap();
    }

    /// The next envelope.
    pub(crate) async fn next(&mut self) -> Value {
        match self.event().await {
            Ok(envelope) => envelope,
            Err(closed) => panic!("the socket was closed: {closed:?}"),
        }
    }

    /// The next envelope of this type; others are passed over.
    pub(crate) async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let envelope = self.next().await;
            if envelope["type"] == kind {
                return envelope;
            }
        }
    }

    /// Waits for the close frame.
    pub(crate) async fn closed(&mut self) -> Closed {
        loop {
            if let Err(closed) = self.event().await {
                return closed;
            }
        }
    }

    /// The next envelope, or how the socket was closed.
    pub(crate) async fn event(&mut self) -> Result<Value, Closed> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.0.next())
                .await
                .expect("nothing came");
            match next {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => {
                    return Err(Closed {
                        code: frame.map_or(1005, |frame| frame.code.into()),
                    });
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(Closed { code: 1006 }),
            }
        }
    }
}
