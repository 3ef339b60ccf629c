//! PocketPing inside of an axum application: `cargo run -p pocketping-examples --bin axum`.

use axum::Router;
use pocketping_server::PocketPing;
use std::net::SocketAddr;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pp = PocketPing::builder()
        .operator_token("choose-a-long-secret")
        .welcome_message("Hello! How can we help?")
        .on_event("clicked_pricing", |event, _session| {
            println!("looked at prices: {event:?}")
        })
        .build()?;
    let app = Router::new()
        .nest("/pocketping", pp.router())
        .merge(pp.assets())
        .merge(pp.inbox());
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await?)
}
