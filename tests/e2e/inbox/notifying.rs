//! Notifications, and the title.

use super::Caller;
use anyhow::Result;
use pocketping_tests::{Inbox, Screen, Server, ServerOptions};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_elsewhere_is_notified_once_they_have_asked_for_it() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let caller = Caller::writes(&server, "v1", "hello").await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    // The browser's own notifications, listened to.
    let listen = "window.shown = [];
        window.Notification = class extends Notification {
            constructor(title, options) { super(title, options); shown.push([title, options.body]); }
        };";
    inbox.browser.script(listen, vec![]).await?;
    inbox.browser.allow_notifications().await?;
    // A tab in front of it can only be told by what is written down: to look at the inbox would be to show it.
    let write_down = "new MutationObserver(() => localStorage.setItem('seen', q('.pp-session').textContent))
        .observe(q('.pp-sessions'), { subtree: true, childList: true, characterData: true });";
    let write_down = format!("const q = (s) => document.querySelector(s); {write_down}");
    inbox.browser.script(&write_down, vec![]).await?;
    let address = server.address();
    let away = async |text: &str| -> Result<()> {
        let front = inbox.browser.tab().await?;
        let other = inbox.browser.new_tab().await?;
        inbox.browser.goto(&format!("{address}/healthz")).await?;
        caller.says(&server, text).await?;
        inbox
            .until(&format!(
                "return (localStorage.getItem('seen') || '').includes({})",
                json!(text)
            ))
            .await?;
        inbox.browser.close(&other).await?;
        inbox.browser.show(&front).await
    };
    away("unheard").await?;
    assert_eq!(inbox.until("return shown.length === 0").await?, true);
    inbox.until("return document.title.startsWith('(2) ')").await?;

    inbox.click(".pp-notify").await?;
    inbox
        .until("return q('.pp-notify').ariaPressed === 'true'")
        .await?;
    away("anybody there?").await?;
    assert_eq!(
        inbox.until("return shown.length > 0 && shown").await?,
        json!([["Visitor v1", "anybody there?"]])
    );
    inbox.browser.quit().await
}
