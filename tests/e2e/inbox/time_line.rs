//! What stands between the messages.

use super::{Caller, post};
use anyhow::Result;
use pocketping_tests::{Inbox, Screen, Server, ServerOptions};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn custom_events_from_before_the_inbox_was_opened_and_after_stand_there_once() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let caller = Caller::writes(&server, "v1", "How much is it?").await?;
    let happens = async |name: &str| {
        let body = json!({ "sessionId": caller.session, "name": name, "data": { "plan": "pro" } });
        post(&server, "event", body).await
    };
    happens("chose_plan").await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    inbox.choose("How much is it?").await?;
    let names = "return all('.pp-event__name').map((e) => e.textContent).join()";
    inbox
        .until(&format!(
            "{names} === 'chose_plan' && q('.pp-event__data').textContent === 'plan: pro'"
        ))
        .await?;
    happens("chose_plan").await?;
    happens("paid").await?;
    inbox
        .until(&format!("{names} === 'chose_plan,chose_plan,paid'"))
        .await?;
    // Read anew, nothing is there twice.
    caller.says(&server, "Thank you").await?;
    inbox.browser.reload().await?;
    inbox
        .until(&format!("{names} === 'chose_plan,chose_plan,paid'"))
        .await?;
    inbox.browser.quit().await
}
