//! The keyboard.

use super::{Caller, lists};
use anyhow::Result;
use pocketping_tests::{Inbox, Screen, Server, ServerOptions};

#[tokio::test(flavor = "multi_thread")]
async fn everything_frequent_has_a_key() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    Caller::writes(&server, "v1", "the older one").await?;
    Caller::writes(&server, "v2", "the newer one").await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    lists(&inbox, 2).await?;
    let page = inbox.browser.find("body").await?;

    page.send_keys("j").await?;
    inbox.sees("the newer one").await?;
    page.send_keys("j").await?;
    inbox.sees("the older one").await?;
    page.send_keys("k").await?;
    inbox.sees("the newer one").await?;

    page.send_keys("?").await?;
    inbox.until("return !!q('.pp-dialog[open] .pp-keys')").await?;
    inbox.browser.press("Escape").await?;
    inbox.until("return !q('.pp-dialog')").await?;

    page.send_keys("n").await?;
    inbox
        .until("return document.activeElement.matches('.pp-noting .pp-input')")
        .await?;
    inbox.browser.press("Escape").await?;
    page.send_keys("r").await?;
    inbox
        .until("return document.activeElement.matches('.pp-reply:not(.pp-noting) .pp-input')")
        .await?;
    inbox.browser.press("Escape").await?;

    page.send_keys("e").await?;
    lists(&inbox, 1).await?;
    page.send_keys("/").await?;
    inbox
        .until("return document.activeElement.matches('.pp-search input')")
        .await?;
    inbox.browser.press("Escape").await?;
    page.send_keys("s").await?;
    inbox.until("return !!q('.pp-statistics')").await?;
    page.send_keys("s").await?;
    lists(&inbox, 1).await?;
    inbox.browser.quit().await
}
