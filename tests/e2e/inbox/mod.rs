//! The inbox: finding, answering, working on conversations.

mod answering;
mod files;
mod finding;
mod keys;
mod notifying;
mod operators;
mod pictures;
mod statistics;
mod time_line;

use anyhow::{Context, Result, bail};
use pocketping_tests::{Inbox, Server};
use serde_json::{Value as Json, json};

/// A visitor without a browser.
struct Caller {
    session: String,
}

impl Caller {
    /// A visitor who comes and writes; their session.
    async fn writes(server: &Server, visitor: &str, text: &str) -> Result<Self> {
        let answer = post(server, "connect", json!({ "visitorId": visitor })).await?;
        let session = answer["sessionId"].as_str().context("no session")?.to_owned();
        let caller = Caller { session };
        caller.says(server, text).await?;
        Ok(caller)
    }

    /// Writes again.
    async fn says(&self, server: &Server, text: &str) -> Result<()> {
        let body = json!({ "sessionId": self.session, "content": text, "sender": "visitor" });
        post(server, "message", body).await?;
        Ok(())
    }
}

/// Posts to a visitors' route.
async fn post(server: &Server, route: &str, body: Json) -> Result<Json> {
    let url = format!("{}/pocketping/{route}", server.address());
    let answer = reqwest::Client::new().post(&url).json(&body).send().await?;
    if !answer.status().is_success() {
        bail!("{url} answered {}", answer.status());
    }
    Ok(serde_json::from_str(&answer.text().await?)?)
}

/// Clicks the element of this selector whose text has `text`.
async fn click_text(inbox: &Inbox, selector: &str, text: &str) -> Result<()> {
    let script = format!(
        "return [...document.querySelectorAll({})].find((e) => e.textContent.includes({}))",
        json!(selector),
        json!(text)
    );
    let found = inbox.browser.element(&script).await?;
    found.click().await.with_context(|| format!("clicking {text}"))
}

/// Waits until the list has so many conversations.
async fn lists(inbox: &Inbox, count: usize) -> Result<()> {
    inbox
        .until(&format!("return all('.pp-session').length === {count}"))
        .await
        .with_context(|| format!("{count} conversations in the list"))?;
    Ok(())
}
