//! Accepting connections, with limits that `axum::serve` has no options for: how long headers may take, how large they may
//! be, how many connections an address may have.

use super::connection;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use pocketping_server::{ConnectionPlace, PocketPing};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;

/// Beyond the configured headers: the request line, the names' spacing, the beginning of a body.
const MORE_BYTES: usize = 32 * 1024;
/// How long to wait when no connection can be accepted, such as when all file descriptors are in use.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until `stop`, then until all connections have ended.
pub(super) struct Server {
    pub(super) listener: TcpListener,
    pub(super) app: Router,
    pub(super) pp: PocketPing,
    /// How long headers may take, and a connection may be idle.
    pub(super) header_timeout: Duration,
}

impl Server {
    /// Runs until `stop` says so and everything under way is answered.
    pub(super) async fn serve_until(self, stop: impl Future<Output = ()>) {
        let mut http = http1::Builder::new();
        let buffer = self
            .pp
            .config()
            .max_header_bytes
            .saturating_mul(2)
            .saturating_add(MORE_BYTES);
        http.timer(TokioTimer::new())
            .header_read_timeout(self.header_timeout)
            .max_buf_size(buffer);
        // Each connection holds a receiver: it hears of the end, and its own end is noticed.
        let (ending, ends) = watch::channel(());
        let mut stop = pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = &mut stop => break,
            };
            match accepted {
                Ok((stream, peer)) => {
                    tokio::spawn(self.connection(&http, stream, peer, ends.clone()));
                }
                Err(error) => pause_after(&error).await,
            }
        }
        drop(self.listener);
        drop(ends);
        ending.send_replace(());
        ending.closed().await;
    }

    fn connection(
        &self,
        http: &http1::Builder,
        stream: TcpStream,
        peer: SocketAddr,
        mut ends: watch::Receiver<()>,
    ) -> impl Future<Output = ()> + use<> {
        connection::prepare(&stream, connection::PATIENCE);
        let (place, app) = match self.pp.admit_connection(peer.ip()) {
            Ok(place) => (place, self.app.clone()),
            Err(refusal) => (ConnectionPlace::default(), refusing(*refusal)),
        };
        let app = app.map_request(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request
        });
        let served = http
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app))
            .with_upgrades();
        async move {
            let mut served = pin!(served);
            let mut ending = false;
            loop {
                tokio::select! {
                    done = served.as_mut() => {
                        if let Err(error) = done {
                            tracing::debug!(%error, "a connection ended early");
                        }
                        break;
                    }
                    _ = ends.changed(), if !ending => {
                        ending = true;
                        served.as_mut().graceful_shutdown();
                    }
                }
            }
            drop((place, ends));
        }
    }
}

/// Answers whatever is asked with this, and ends the connection.
fn refusing(refusal: Response) -> Router {
    let (mut parts, body) = refusal.into_parts();
    parts
        .headers
        .insert(CONNECTION, HeaderValue::from_static("close"));
    // One answer is all that the connection gets.
    let refusal = Arc::new(Mutex::new(Some(Response::from_parts(parts, body))));
    let answer = move |_: Request| {
        let first = refusal.lock().ok().and_then(|mut refusal| refusal.take());
        std::future::ready(Ok::<_, Infallible>(first.unwrap_or_default()))
    };
    Router::new().fallback_service(tower::service_fn(answer))
}

async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    // Those are about one client.
    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        tracing::error!(%error, "no connection can be accepted");
        tokio::time::sleep(PAUSE).await;
    }
}
