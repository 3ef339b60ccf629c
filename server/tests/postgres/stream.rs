//! A WebSocket that waits for what it expects.

use futures_util::StreamExt;
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Longer than anything here takes; reached only when a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Stream {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The place after the last envelope.
    pub(crate) cursor: Option<String>,
}

impl Stream {
    /// Opens `/pocketping<path>` of a server at `http://…`.
    pub(crate) async fn open(address: &str, path: &str, token: Option<&str>) -> Self {
        let url = format!("{}/pocketping{path}", address.replace("http://", "ws://"));
        let mut request = url.into_client_request().unwrap();
        if let Some(token) = token {
            let bearer = format!("Bearer {token}").parse().unwrap();
            request.headers_mut().insert("authorization", bearer);
        }
        let (socket, _) = connect_async(request).await.unwrap();
        Stream { socket, cursor: None }
    }

    /// The next envelope; `None` when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match frame.expect("nothing came") {
                Some(Ok(Message::Text(text))) => {
                    let envelope: Value = serde_json::from_str(&text).unwrap();
                    if let Some(cursor) = envelope["cursor"].as_str() {
                        self.cursor = Some(cursor.to_owned());
                    }
                    return Some(envelope);
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next envelope of this type.
    pub(crate) async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let envelope = self.next().await.expect("the stream has ended");
            if envelope["type"] == kind {
                return envelope;
            }
        }
    }

    /// What the next messages say, as many as asked for.
    pub(crate) async fn contents(&mut self, count: usize) -> Vec<String> {
        let mut contents = Vec::with_capacity(count);
        while contents.len() < count {
            let message = self.next_of("message").await;
            contents.push(message["data"]["content"].as_str().unwrap().to_owned());
        }
        contents
    }
}
