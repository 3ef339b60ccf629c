//! The PyPI package `pocketping[fastapi]` 1.12 under uvicorn.

use anyhow::{Context, Result};
use pocketping_tests::{PythonBackend, Screen, Server, ServerOptions, Widget};
use serde_json::json;

async fn session_id(widget: &Widget) -> Result<String> {
    let id = widget
        .until("return localStorage.getItem('pocketping_session_id')")
        .await?;
    Ok(id.as_str().context("the session id is no string")?.to_owned())
}

/// Connects, sends, receives over the backend's own WebSocket, and keeps the conversation over a reload.
#[tokio::test(flavor = "multi_thread")]
async fn our_widget_holds_a_conversation_with_a_python_backend() -> Result<()> {
    let assets = Server::start(ServerOptions::default()).await?;
    let backend = PythonBackend::start(&assets.address()).await?;
    let visitor = Widget::visit(&backend.address(), Screen::DESKTOP).await?;

    visitor.open().await?;
    visitor
        .until("return (q('.pp-welcome') || {}).textContent?.includes('Hello from Python')")
        .await?;
    visitor.write("Bonjour").await?;
    visitor.sees_status("Bonjour", "sent").await?;
    let session = session_id(&visitor).await?;
    let stored = backend
        .post("/test/messages", json!({ "sessionId": session }))
        .await?;
    assert_eq!(
        stored["messages"],
        json!([{ "sender": "visitor", "content": "Bonjour" }])
    );

    backend
        .post(
            "/test/operator",
            json!({ "sessionId": session, "content": "Salut" }),
        )
        .await?;
    visitor.sees("Salut").await?;

    visitor
        .browser
        .script(
            "window.offers = []; PocketPing.onEvent('show_offer', (d) => offers.push(d))",
            vec![],
        )
        .await?;
    let offer = json!({ "sessionId": session, "name": "show_offer", "data": { "discount": 20 } });
    backend.post("/test/event", offer).await?;
    visitor
        .until("return window.offers.length === 1 && window.offers[0].discount === 20")
        .await?;

    visitor.browser.reload().await?;
    visitor.open().await?;
    visitor.sees("Salut").await?;
    assert_eq!(
        visitor.texts().await?,
        ["Bonjour", "Salut"],
        "nothing is shown twice after a reload"
    );
    visitor.browser.quit().await
}

/// Two equal texts on purpose stay two, although the backend knows no client ids.
#[tokio::test(flavor = "multi_thread")]
async fn equal_texts_stay_two_messages() -> Result<()> {
    let assets = Server::start(ServerOptions::default()).await?;
    let backend = PythonBackend::start(&assets.address()).await?;
    let visitor = Widget::visit(&backend.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    visitor.write("again").await?;
    visitor.write("again").await?;
    visitor
        .until("return all('.pp-status-sent').length === 2")
        .await?;
    assert_eq!(visitor.texts().await?, ["again", "again"]);
    let session = session_id(&visitor).await?;
    let stored = backend
        .post("/test/messages", json!({ "sessionId": session }))
        .await?;
    assert_eq!(stored["messages"].as_array().map(Vec::len), Some(2));
    visitor.browser.quit().await
}
