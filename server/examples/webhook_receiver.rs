//! A site's server that is told of what happens in the chat: `cargo run -p pocketping-server --example webhook_receiver`,
//! then in another terminal
//!
//! ```sh
//! POCKETPING_WEBHOOK_URL=http://127.0.0.1:4000/hook POCKETPING_WEBHOOK_SECRET=choose-a-long-secret \
//! POCKETPING_WEBHOOK_ALLOW_PRIVATE_ADDRESSES=true pocketping serve --demo
//! ```
//!
//! It believes only what is signed, takes a delivery that is repeated once, and answers before it does any work, as the
//! server waits for the answer.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// What was told: the type, and the body.
pub(crate) type Told = (String, Value);

#[derive(Clone)]
struct Receiver {
    key: Hmac<Sha256>,
    /// The ids of deliveries that were taken; a real site keeps them where it keeps what came of them.
    taken: Arc<Mutex<HashSet<String>>>,
    told: mpsc::UnboundedSender<Told>,
}

/// The route, and what is told by it.
pub(crate) fn receiver(secret: &str) -> (Router, mpsc::UnboundedReceiver<Told>) {
    let (told, work) = mpsc::unbounded_channel();
    let receiver = Receiver {
        key: Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length"),
        taken: Arc::default(),
        told,
    };
    (
        Router::new().route("/hook", post(hook)).with_state(receiver),
        work,
    )
}

/// The signature is over the bytes as they came: reading and writing them again would change them.
async fn hook(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    if !is_signed(&receiver.key, header("x-pocketping-signature"), &body) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(told) = serde_json::from_slice(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    let id = header("x-pocketping-delivery").to_owned();
    let is_new = receiver
        .taken
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(id);
    if is_new
        && receiver
            .told
            .send((header("x-pocketping-event").to_owned(), told))
            .is_err()
    {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    StatusCode::NO_CONTENT
}

/// Compares in constant time.
fn is_signed(key: &Hmac<Sha256>, header: &str, body: &[u8]) -> bool {
    let Some(hex) = header.strip_prefix("sha256=") else {
        return false;
    };
    let digits = hex.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    let signature: Option<Vec<u8>> = digits.collect();
    signature.is_some_and(|signature| key.clone().chain_update(body).verify_slice(&signature).is_ok())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (app, mut work) = receiver("choose-a-long-secret");
    tokio::spawn(async move {
        while let Some((kind, body)) = work.recv().await {
            println!("{kind}: {body}");
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:4000").await?;
    Ok(axum::serve(listener, app).await?)
}
