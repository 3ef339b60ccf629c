//! What visitors say.

use anyhow::{Context, Result};
use serde_json::json;
use uuid::Uuid;

use crate::http::Connection;

/// The body of a first `/connect`, with what widgets always send along.
pub(crate) fn connect_body(visitor: &str) -> Vec<u8> {
    let body = json!({
        "visitorId": visitor,
        "sessionId": null,
        "metadata": {
            "url": "https://shop.example/products/blue-kettle",
            "referrer": "https://shop.example/",
            "pageTitle": "Blue kettle",
            "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "timezone": "Europe/Paris",
            "language": "fr-FR",
            "screenResolution": "1920x1080",
        },
    });
    body.to_string().into_bytes()
}

/// A new visitor's id.
pub(crate) fn new_visitor() -> String {
    Uuid::now_v7().to_string()
}

/// Connects as a new visitor; the id of the session.
pub(crate) async fn new_session(connection: &mut Connection) -> Result<String> {
    let body = connect_body(&new_visitor());
    let answer = connection.post("/connect", &body).await?.json()?;
    let session = answer["sessionId"].as_str();
    Ok(session.context("an answer without a session")?.to_owned())
}

/// The body of a message, with an id as our clients make them (the peer does not look at it).
pub(crate) fn message_body(session: &str, text: &str) -> Vec<u8> {
    let id = Uuid::now_v7();
    format!(
        r#"{{"sessionId":"{session}","content":"{text}","sender":"visitor","attachmentIds":[],"clientMessageId":"{id}"}}"#
    )
    .into_bytes()
}
