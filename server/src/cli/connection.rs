//! What the operating system is asked to do for each connection.

use std::time::Duration;
use tokio::net::TcpStream;

/// How long a client may take nothing of what waits for it. A WebSocket notices by itself; a stream of server-sent
/// events, whose client neither reads nor goes away, would hold its place for ever.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Small answers go out at once, and a client that stops reading is dropped after `patience` (on Linux). It comes back
/// with its cursor.
pub(super) fn prepare(stream: &TcpStream, patience: Duration) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY is not available");
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(patience)) {
        tracing::debug!(%error, "TCP_USER_TIMEOUT is not available");
    }
    #[cfg(not(target_os = "linux"))]
    let _elsewhere = patience;
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::io::ErrorKind;
    use tokio::net::{TcpListener, TcpSocket};

    /// Writes until the client has no room, then waits for the end of the connection.
    async fn write_until_the_end(stream: &TcpStream) -> ErrorKind {
        loop {
            match stream.try_write(&[0; 65_536]) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if let Err(error) = stream.writable().await {
                        return error.kind();
                    }
                }
                Err(error) => return error.kind(),
            }
        }
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_dropped() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpSocket::new_v4().unwrap();
        client.set_recv_buffer_size(4096).unwrap();
        let client = client.connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        prepare(&stream, Duration::from_millis(500));
        let ended = tokio::time::timeout(Duration::from_secs(30), write_until_the_end(&stream));
        assert_eq!(ended.await.expect("the connection ends"), ErrorKind::TimedOut);
        drop(client);
    }
}
