//! The native client and the PyPI package, with a network between them that loses answers.

use anyhow::{Context, Result};
use pocketping_client::{Change, Client};
use pocketping_tests::{Faults, Losses, Proxy, PythonBackend};
use serde_json::json;
use std::time::Duration;
use tokio::time::timeout;

/// How long anything may take. An answer that is lost costs up to a second: then the client reads what the
/// backend has.
const PATIENCE: Duration = Duration::from_secs(120);
const CLIENTS: usize = 5;
/// Of each client.
const MESSAGES: usize = 100;

/// What the backend holds of a session.
async fn stored(backend: &PythonBackend, session: &str) -> Result<Vec<String>> {
    let stored = backend
        .post("/test/messages", json!({ "sessionId": session }))
        .await?;
    let messages = stored["messages"].as_array().context("no list")?;
    let contents = messages
        .iter()
        .map(|message| message["content"].as_str().map(str::to_owned));
    contents
        .collect::<Option<_>>()
        .context("a message without content")
}

/// The backend knows no client ids: an answer that is lost is settled by reading what it has.
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_through_a_network_that_loses_answers_is_stored_once_and_in_order() -> Result<()> {
    let backend = PythonBackend::start("http://127.0.0.1:9").await?;
    let seed = 7;
    let faults = Faults {
        losses: Losses::Some { seed },
        ..Faults::default()
    };
    let proxy = Proxy::start(&backend.address(), faults).await?;
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let endpoint = format!("{}/pocketping", proxy.address());
        clients.push(Client::builder(endpoint).connect().await?);
    }
    // Every third message says what the one before it says.
    let text = |at: usize| format!("message {}", if at % 3 == 2 { at - 1 } else { at });
    let texts: Vec<_> = (0..MESSAGES).map(text).collect();
    let mut sendings = Vec::new();
    for text in &texts {
        sendings.extend(clients.iter().map(|client| client.send(text.as_str())));
    }
    for sending in sendings {
        timeout(PATIENCE, sending)
            .await
            .context("a message was not stored in time")??;
    }
    for client in &clients {
        let snapshot = client.snapshot().await?;
        let session = snapshot.session_id.context("no session")?;
        assert_eq!(stored(&backend, session.as_str()).await?, texts, "seed {seed}");
        let shown = snapshot.messages.into_iter().map(|entry| entry.message.content);
        assert_eq!(shown.collect::<Vec<_>>(), texts, "seed {seed}");
        client.close().await?;
    }
    println!("{} of {} answers were lost", proxy.lost(), CLIENTS * MESSAGES);
    assert!(
        proxy.lost() > CLIENTS * MESSAGES / 20,
        "{} answers were lost",
        proxy.lost()
    );
    Ok(())
}

/// Both directions over the backend's own WebSocket.
#[tokio::test(flavor = "multi_thread")]
async fn the_native_client_hears_operators_and_events() -> Result<()> {
    let backend = PythonBackend::start("http://127.0.0.1:9").await?;
    let client = Client::builder(format!("{}/pocketping", backend.address()))
        .connect()
        .await?;
    let mut changes = client.changes();
    client.send("Bonjour").await?;
    let session = client.snapshot().await?.session_id.context("no session")?;
    let answer = json!({ "sessionId": session.as_str(), "content": "Salut" });
    backend.post("/test/operator", answer).await?;
    let event = json!({ "sessionId": session.as_str(), "name": "show_offer", "data": { "discount": 20 } });
    let (mut heard, mut offered) = (None, None);
    timeout(PATIENCE, async {
        while heard.is_none() || offered.is_none() {
            match changes.next().await.context("the client has ended")?? {
                Change::Arrived(message) => {
                    heard = Some(message.content);
                    // This backend gives events to open sockets only, and one has shown to be open.
                    backend.post("/test/event", event.clone()).await?;
                }
                Change::Event(event) => offered = Some(event.name),
                _ => {}
            }
        }
        anyhow::Ok(())
    })
    .await
    .context("not heard in time")??;
    assert_eq!(heard.as_deref(), Some("Salut"));
    assert_eq!(offered.as_deref(), Some("show_offer"));
    client.close().await?;
    Ok(())
}
