//! A database that answers late.

use crate::failure::bare_page;
use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Talk, Widget, eventually};
use serde_json::json;
use std::time::Duration;

/// On a page without the widget: a database of the first version that holds a message, and that this page keeps open, as
/// a page of that version might. No connection is closed because nobody holds it any more.
const HELD: &str = "const done = arguments[0];
    const { open } = IDBFactory.prototype;
    window.requests = [];
    IDBFactory.prototype.open = function (...what) {
        requests.push(open.apply(this, what));
        return requests.at(-1);
    };
    const request = indexedDB.open('pocketping', 1);
    request.onupgradeneeded = () => ['outbox', 'history'].map((name) => request.result.createObjectStore(name));
    request.onsuccess = () => {
        window.held = request.result;
        const transaction = held.transaction('outbox', 'readwrite');
        const id = '01a218cb-93b1-74f8-a870-a0cfdc241a91';
        const created = '2026-01-01T00:00:00.000Z';
        const item = { v: 1, seq: 1, id, created, kind: 'message', data: { content: 'left over' } };
        transaction.objectStore('outbox').put(item, `0000000000000001-${id}`);
        localStorage.pocketping_visitor_id = 'a-visitor-of-the-first-version';
        transaction.oncomplete = () => done(true);
    };";

/// The widget on a page that holds the database, and a message that was sent without it.
async fn without_database() -> Result<(Server, Widget)> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&format!("{}/healthz", server.address()), Screen::DESKTOP).await?;
    bare_page(&visitor, &server.address(), "").await?;
    visitor.browser.async_script(HELD).await?;
    visitor
        .script("PocketPing.init({ endpoint: '/pocketping' })")
        .await?;
    visitor.open().await?;
    visitor.write("new").await?;
    sent(&visitor, "new").await?;
    Ok((server, visitor))
}

/// As [`Widget::sees_status`], with time for the engine to go on without an answer.
async fn sent(visitor: &Widget, text: &str) -> Result<()> {
    let body = format!(
        "return all('.pp-message').some((m) => text(m) === {} && m.querySelector('.pp-status-sent'))",
        json!(text)
    );
    visitor.until_within(30, &body).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_database_gives_late_is_sent_all_the_same() -> Result<()> {
    let (server, visitor) = without_database().await?;
    visitor.script("held.close()").await?;
    sent(&visitor, "left over").await?;
    let mut texts = server.texts(&server.latest_session().await?).await?;
    texts.sort();
    assert_eq!(texts, ["left over", "new"]);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_opens_late_stands_in_nobodys_way() -> Result<()> {
    let (_server, visitor) = without_database().await?;
    // In the order of asking: the widget's comes first.
    let delete = "const done = arguments[0];
        const request = indexedDB.deleteDatabase('pocketping');
        request.onsuccess = () => done('deleted');
        held.close();";
    assert_eq!(visitor.browser.async_script(delete).await?, "deleted");
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_stood_still_is_used_again() -> Result<()> {
    let Talk {
        server,
        visitor,
        session,
    } = Talk::begin_saying(Screen::DESKTOP, "zero").await?;
    // A transaction of a page that does not let go.
    let hold = "const done = arguments[0];
        const request = indexedDB.open('pocketping');
        request.onsuccess = () => {
            const outbox = request.result.transaction(['outbox', 'meta'], 'readwrite').objectStore('outbox');
            const go_on = () => {
                if (window.released) return request.result.close();
                outbox.get('nothing').onsuccess = go_on;
            };
            go_on();
            done(true);
        };";
    visitor.browser.async_script(hold).await?;
    visitor.write("one").await?;
    sent(&visitor, "one").await?;
    visitor.script("window.released = true").await?;
    visitor.go_offline().await?;
    visitor.write("two").await?;
    visitor.sees_status("two", "sending").await?;
    let waiting = "const done = arguments[0];
        const request = indexedDB.open('pocketping');
        request.onsuccess = () => {
            const all = request.result.transaction('outbox').objectStore('outbox').getAll();
            all.onsuccess = () => {
                request.result.close();
                done(all.result.map((item) => item.data?.content));
            };
        };";
    eventually("two in the database", Duration::from_secs(10), async || {
        Ok((visitor.browser.async_script(waiting).await? == json!(["two"])).then_some(()))
    })
    .await?;
    assert_eq!(server.texts(&session).await?, ["zero", "one"]);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_database_is_told_until_it_has_room_again() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&format!("{}/healthz", server.address()), Screen::DESKTOP).await?;
    bare_page(&visitor, &server.address(), "").await?;
    let full = "const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (value, key) {
            if (window.full && this.name == 'outbox') throw new DOMException('full', 'QuotaExceededError');
            return put.call(this, value, key);
        };
        window.full = true;
        window.told = [];
        PocketPing.init({ endpoint: '/pocketping', onError: (error) => told.push(error.code) });";
    visitor.script(full).await?;
    visitor.open().await?;
    visitor.write("not kept").await?;
    visitor.sees_status("not kept", "sent").await?;
    // Of what comes next, too.
    visitor
        .until("return q('.pp-notice')?.textContent.includes('Keep this page open')")
        .await?;
    assert_eq!(visitor.script("return told[0]").await?, "storage_degraded");
    visitor.script("window.full = false").await?;
    visitor.write("kept").await?;
    visitor.sees_status("kept", "sent").await?;
    visitor.until("return !q('.pp-notice')").await?;
    visitor.browser.quit().await
}
