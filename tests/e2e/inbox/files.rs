//! Files, in both directions.

use anyhow::Result;
use pocketping_tests::{Inbox, Screen, Talk};
use serde_json::Value as Json;

/// Drops a text file onto the reply.
const DROP: &str = "const data = new DataTransfer();
    data.items.add(new File(['price list'], 'prices.txt', { type: 'text/plain' }));
    const options = { dataTransfer: data, bubbles: true, cancelable: true };
    document.querySelector('.pp-reply').dispatchEvent(new DragEvent('drop', options));";

#[tokio::test(flavor = "multi_thread")]
async fn files_go_both_ways_and_can_be_read() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let inbox = Inbox::open(&talk.server.address(), Screen::DESKTOP).await?;
    inbox.choose("hello").await?;

    let send =
        "PocketPing.sendMessage('my order', [new File(['lamp,1'], 'order.csv', { type: 'text/csv' })]);";
    talk.visitor.browser.script(send, vec![]).await?;
    inbox.sees("my order").await?;
    inbox
        .until("return !!q('.pp-attachment a[download=\"order.csv\"]')")
        .await?;
    let read = "const done = arguments[0];
        fetch(document.querySelector('.pp-attachment a').href).then((a) => a.text()).then(done);";
    assert_eq!(inbox.browser.async_script(read).await?, Json::from("lamp,1"));

    inbox.browser.script(DROP, vec![]).await?;
    inbox
        .until("return q('.pp-staged__file')?.textContent.includes('10 B')")
        .await?;
    inbox.answer("").await?;
    talk.visitor.sees("📎 prices.txt").await?;
    inbox
        .until("return !q('.pp-staged') && !!q('.pp-own .pp-attachment a[download=\"prices.txt\"]')")
        .await?;
    let messages = talk
        .server
        .operator(&format!("sessions/{}/messages", talk.session), None)
        .await?;
    let url = messages["messages"][2]["attachments"][0]["url"]
        .as_str()
        .unwrap_or_default();
    let answer = reqwest::get(format!("{}{url}", talk.server.address())).await?;
    assert_eq!(answer.text().await?, "price list");
    talk.visitor.browser.quit().await?;
    inbox.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_refused_says_so_and_is_not_sent() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let inbox = Inbox::open(&talk.server.address(), Screen::DESKTOP).await?;
    inbox.choose("hello").await?;
    // What it says to be and what it is differ.
    let drop = DROP.replace(
        "'prices.txt', { type: 'text/plain' }",
        "'p.png', { type: 'image/png' }",
    );
    inbox.browser.script(&drop, vec![]).await?;
    inbox.until("return !!q('.pp-staged-failed')").await?;
    inbox.click(".pp-staged__file .pp-icon-btn").await?;
    inbox.answer("without it").await?;
    talk.visitor.sees("without it").await?;
    talk.visitor.browser.quit().await?;
    inbox.browser.quit().await
}
