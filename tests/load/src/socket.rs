//! WebSockets of visitors, with small buffers: 15,000 of them have to fit beside the server.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::http::BASE;

/// A stream's client end.
pub(crate) type Socket = WebSocketStream<TcpStream>;

/// Opens the stream of a session.
pub(crate) async fn open(address: SocketAddr, session: &str) -> Result<Socket> {
    let stream = TcpStream::connect(address).await.context("connecting")?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(512)
        .write_buffer_size(0);
    let url = format!("ws://{address}{BASE}/stream?sessionId={session}");
    let (socket, _) = tokio_tungstenite::client_async_with_config(url, stream, Some(config))
        .await
        .context("opening a WebSocket")?;
    Ok(socket)
}
