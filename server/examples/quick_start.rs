//! The smallest server with a chat beside its own routes: `cargo run -p pocketping-server --example quick_start`, then
//! give a widget the endpoint `http://127.0.0.1:3000/pocketping`.
//!
//! Ctrl-C ends it in good order: streams are closed, and hooks run for everything that has happened.

use axum::Router;
use axum::routing::get;
use pocketping_server::{ConfigProblems, Origins, PocketPing};
use std::net::SocketAddr;

/// The chat. Pages of other sites than those on the list cannot use it; without a list all can.
pub(crate) fn chat() -> Result<PocketPing, ConfigProblems> {
    PocketPing::builder()
        .welcome_message("Hi! How can we help?")
        .allowed_origins(Origins::List(vec!["https://shop.example".into()]))
        .on_message(|message, _session| println!("{}: {}", message.sender.as_str(), message.content))
        .build()
}

/// The site's own routes, and the chat's.
pub(crate) fn app(chat: &PocketPing) -> Router {
    Router::new()
        .route("/", get(|| async { "The shop is open." }))
        .nest("/pocketping", chat.router())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let chat = chat()?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    let service = app(&chat).into_make_service_with_connect_info::<SocketAddr>();
    let ending = chat.clone();
    let ended = async move {
        // Without signals there is no way to end in good order but to end.
        tokio::signal::ctrl_c().await.ok();
        ending.shutdown();
    };
    axum::serve(listener, service)
        .with_graceful_shutdown(ended)
        .await?;
    chat.flush().await;
    Ok(())
}
