//! PocketPing on hyper alone: `cargo run -p pocketping-examples --bin hyper`.
//!
//! A router is a plain `tower::Service`. Two things are the host's to do: `with_upgrades`, or there are no WebSockets; and
//! telling who is calling, which the make-service does for each connection.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use pocketping_server::PocketPing;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tower::Service;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pp = PocketPing::builder()
        .operator_token("choose-a-long-secret")
        .welcome_message("Hello! How can we help?")
        .build()?;
    let app = Router::new()
        .nest("/pocketping", pp.router())
        .merge(pp.assets())
        .merge(pp.inbox());
    let mut services = app.into_make_service_with_connect_info::<SocketAddr>();

    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Such as too many open files: soon there are fewer.
                eprintln!("a connection could not be accepted: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(service) = services.call(peer).await;
        tokio::spawn(async move {
            let served = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
                .with_upgrades();
            if let Err(error) = served.await {
                // Clients go away all the time.
                eprintln!("a connection ended: {error}");
            }
        });
    }
}
