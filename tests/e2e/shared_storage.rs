//! What pages of one browser have stored together.

use anyhow::{Context, Result};
use pocketping_tests::{Pair, Screen, Server, ServerOptions, Widget, eventually};
use serde_json::json;
use std::time::Duration;

/// Keys of localStorage and how many rows each store has, but for the number of the last reset, which is nobody's.
const STORED: &str = "const done = arguments[0];
    const request = indexedDB.open('pocketping');
    request.onsuccess = () => {
        const stores = ['outbox', 'history'];
        const counts = request.result.transaction(stores);
        const found = stores.map((name) => counts.objectStore(name).getAllKeys());
        counts.oncomplete = () => {
            request.result.close();
            const keys = Object.keys(localStorage).filter((key) => key.startsWith('pocketping_'));
            done({ local: Object.fromEntries(keys.map((key) => [key, localStorage[key]])), rows: found.map((r) => r.result.filter((key) => key != 'reset').length) });
        };
    };";

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_in_a_follower_leaves_nothing_of_the_visitor() -> Result<()> {
    let pair = Pair::begin().await?;
    let visitor = &pair.visitor;
    let before = visitor.browser.async_script(STORED).await?;
    let old = before["local"].clone();
    assert_ne!(before["rows"], json!([0, 0]), "{before}");
    let reset = "const done = arguments[0];
        PocketPing.identify({ id: 'u1' }).then(() => PocketPing.reset({ newSession: true })).then(() => done('ok'), String)";
    visitor.browser.async_script(reset).await?;
    for tab in [&pair.second, &pair.first] {
        visitor.browser.show(tab).await?;
        visitor.until("return all('.pp-message').length === 0").await?;
    }
    let left = eventually("an empty storage", Duration::from_secs(5), async || {
        let left = visitor.browser.async_script(STORED).await?;
        let text = left["local"].to_string();
        let visitor_id = old["pocketping_visitor_id"].as_str().context("no visitor")?;
        let is_clean = left["rows"] == json!([0, 0])
            && !text.contains(visitor_id)
            && !text.contains(&pair.session)
            && !text.contains("u1")
            && !text.contains("pocketping_outbox");
        Ok(is_clean.then_some(left))
    })
    .await;
    if let Err(error) = left {
        return Err(error.context(visitor.browser.async_script(STORED).await?.to_string()));
    }
    pair.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn three_written_offline_in_a_follower_survive_both_tabs() -> Result<()> {
    let pair = Pair::begin().await?;
    let visitor = &pair.visitor;
    for tab in [&pair.first, &pair.second] {
        visitor.browser.show(tab).await?;
        visitor.browser.set_offline(true).await?;
    }
    visitor.until("return !navigator.onLine").await?;
    for text in ["one", "two", "three"] {
        visitor.write(text).await?;
        visitor.sees_status(text, "sending").await?;
    }
    let third = visitor.browser.new_tab().await?;
    for tab in [&pair.first, &pair.second] {
        visitor.browser.close(tab).await?;
    }
    visitor.browser.show(&third).await?;
    // In Firefox it is the whole browser that was offline.
    visitor.browser.set_offline(false).await?;
    visitor.browser.goto(&pair.server.address()).await?;
    visitor.open().await?;
    visitor.sees_status("three", "sent").await?;
    let all = ["hello", "one", "two", "three"];
    pair.shows(&all).await?;
    pair.stored(&all).await?;
    pair.visitor.browser.quit().await
}

/// Makes a database of the first version, with a message that was not sent.
const FIRST_VERSION: &str = "const done = arguments[0];
    const request = indexedDB.open('pocketping', 1);
    request.onupgradeneeded = () => ['outbox', 'history'].map((name) => request.result.createObjectStore(name));
    request.onsuccess = () => {
        const transaction = request.result.transaction('outbox', 'readwrite');
        const id = '01a218cb-93b1-74f8-a870-a0cfdc241a91';
        const created = '2026-01-01T00:00:00.000Z';
        const item = { v: 1, seq: 1, id, created, kind: 'message', data: { content: 'left over' } };
        transaction.objectStore('outbox').put(item, `0000000000000001-${id}`);
        localStorage.pocketping_visitor_id = 'a-visitor-of-the-first-version';
        transaction.oncomplete = () => { request.result.close(); done(true); };
    };";

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_the_first_version_keeps_what_was_not_sent() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&format!("{}/healthz", server.address()), Screen::DESKTOP).await?;
    visitor.browser.async_script(FIRST_VERSION).await?;
    visitor.browser.goto(&server.address()).await?;
    visitor.open().await?;
    visitor.sees_status("left over", "sent").await?;
    assert_eq!(
        server.texts(&server.latest_session().await?).await?,
        ["left over"]
    );
    let version = "const done = arguments[0];
        indexedDB.databases().then((all) => done(all.map((one) => one.version)))";
    assert_eq!(visitor.browser.async_script(version).await?, json!([2]));
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_empties_local_storage_parts_the_visitor_from_the_database_and_loses_nothing()
-> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    visitor
        .browser
        .goto(&format!("{}/healthz", server.address()))
        .await?;
    visitor.script("localStorage.clear()").await?;
    // The database has an epoch, and this page does not look at it before it writes.
    visitor.browser.goto(&server.address()).await?;
    visitor.open().await?;
    for text in ["somebody", "else"] {
        visitor.write(text).await?;
    }
    visitor.sees_status("else", "sent").await?;
    assert_eq!(visitor.texts().await?, ["somebody", "else"]);
    let session = server.latest_session().await?;
    assert_eq!(server.texts(&session).await?, ["somebody", "else"]);
    visitor.browser.reload().await?;
    visitor.open().await?;
    visitor.sees("else").await?;
    assert_eq!(visitor.texts().await?, ["somebody", "else"]);
    visitor.browser.quit().await
}
