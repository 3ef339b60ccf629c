//! What is nobody's business.

use crate::support::{Server, state, within};
use pocketping_client::Connection;
use std::io::Write;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Collects what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn sessions_and_visitors_are_not_logged() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter("pocketping_client=trace")
        .with_writer(move || writer.clone())
        .finish();
    // For this thread, which is where all of this test's client runs.
    let _guard = tracing::subscriber::set_default(subscriber);

    let server = Server::start().await;
    server.between.no_sockets.store(true, SeqCst);
    let client = server
        .client()
        .close_timeout(Duration::ZERO)
        .connect()
        .await
        .unwrap();
    within(client.send("hello")).await.unwrap();
    let known = client.snapshot().await.unwrap();
    server.stop().await;
    drop(client.send("not answered"));
    state(&client, |now| now.connection == Connection::Retrying).await;
    drop(within(client.close()).await);

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("a request was not answered"), "{log}");
    assert!(log.contains("a socket was not opened"), "{log}");
    let secrets = [
        known.session_id.unwrap().to_string(),
        known.visitor_id.unwrap().to_string(),
    ];
    for secret in secrets {
        assert!(!log.contains(&secret), "{log}");
    }
}
