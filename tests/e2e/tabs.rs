//! Pages of one browser share a connection, an outbox and what they show.

use anyhow::{Context, Result, ensure};
use pocketping_tests::{Faults, Proxy, Screen, Server, ServerOptions, Tab, Widget, eventually};
use serde_json::json;
use std::time::{Duration, Instant};

/// How a request for a stream begins.
const STREAM: &str = "GET /pocketping/stream";

/// Two tabs of one browser on one server. The first one leads, and is hidden behind the second.
struct Pair {
    server: Server,
    visitor: Widget,
    first: Tab,
    second: Tab,
    session: String,
}

impl Pair {
    /// The first tab has said hello, the second has its window open too.
    async fn begin() -> Result<Self> {
        let server = Server::start(ServerOptions::default()).await?;
        let address = server.address();
        Self::begin_at(server, &address, Screen::DESKTOP).await
    }

    async fn begin_at(server: Server, address: &str, screen: Screen) -> Result<Self> {
        let visitor = Widget::visit(address, screen).await?;
        visitor.open().await?;
        visitor.write("hello").await?;
        visitor.sees_status("hello", "sent").await?;
        let session = server.latest_session().await?;
        let first = visitor.browser.tab().await?;
        let second = visitor.browser.new_tab().await?;
        visitor.browser.goto(address).await?;
        visitor.sees_opened().await?;
        visitor.sees("hello").await?;
        Ok(Pair {
            server,
            visitor,
            first,
            second,
            session,
        })
    }

    /// Both show exactly these, and so does the server.
    async fn all_have(&self, texts: &[&str]) -> Result<()> {
        for tab in [&self.first, &self.second] {
            self.visitor.browser.show(tab).await?;
            self.shows(texts).await?;
        }
        self.stored(texts).await
    }

    /// The tab in front shows exactly these.
    async fn shows(&self, texts: &[&str]) -> Result<()> {
        let last = texts.last().context("no texts")?;
        self.visitor.sees(last).await?;
        ensure!(
            self.visitor.texts().await? == texts,
            "{:?}",
            self.visitor.texts().await?
        );
        Ok(())
    }

    async fn stored(&self, texts: &[&str]) -> Result<()> {
        let what = format!("{texts:?} in the storage");
        eventually(&what, Duration::from_secs(10), async || {
            let stored = self.server.texts(&self.session).await?;
            Ok((stored.len() >= texts.len()).then_some(()))
        })
        .await?;
        let stored = self.server.texts(&self.session).await?;
        ensure!(stored == texts, "{stored:?}");
        Ok(())
    }

    /// The tab in front takes over from a leader that answers no more: from `begun` on, a message written at once is
    /// stored, and an answer seen.
    async fn takes_over(&self, begun: Instant) -> Result<Duration> {
        self.visitor.write("anybody there?").await?;
        self.visitor.sees_status("anybody there?", "sent").await?;
        let taken = begun.elapsed();
        self.server.say(&self.session, "I am").await?;
        self.visitor.sees("I am").await?;
        eprintln!("the other tab has sent after {} ms", taken.as_millis());
        Ok(taken)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_share_one_stream_and_show_the_same() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let proxy = Proxy::start(&server.address(), Faults::default()).await?;
    let pair = Pair::begin_at(server, &proxy.address(), Screen::DESKTOP).await?;
    pair.visitor.write("from the second").await?;
    pair.visitor.sees_status("from the second", "sent").await?;
    pair.server.say(&pair.session, "to both").await?;
    pair.all_have(&["hello", "from the second", "to both"]).await?;
    assert_eq!(proxy.count(STREAM), 1);
    pair.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crashed_leader_is_followed_within_two_seconds() -> Result<()> {
    let pair = Pair::begin().await?;
    let begun = Instant::now();
    pair.visitor.browser.crash(&pair.first).await?;
    pair.visitor.browser.show(&pair.second).await?;
    let taken = pair.takes_over(begun).await?;
    assert!(taken < Duration::from_secs(2), "{taken:?}");
    let all = ["hello", "anybody there?", "I am"];
    pair.shows(&all).await?;
    pair.stored(&all).await?;
    pair.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_leader_is_followed_at_once() -> Result<()> {
    let pair = Pair::begin().await?;
    pair.visitor.browser.close(&pair.first).await?;
    let begun = Instant::now();
    pair.visitor.browser.show(&pair.second).await?;
    pair.takes_over(begun).await?;
    let all = ["hello", "anybody there?", "I am"];
    pair.shows(&all).await?;
    pair.stored(&all).await?;
    pair.visitor.browser.quit().await
}

/// Lets the page do nothing else for six seconds, a little later.
const STALL: &str =
    "setTimeout(() => { const end = performance.now() + 6000; while (performance.now() < end); }, 300)";

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_hangs_is_robbed_and_goes_on_as_a_follower() -> Result<()> {
    let pair = Pair::begin().await?;
    pair.visitor.browser.show(&pair.first).await?;
    pair.visitor.script(STALL).await?;
    let begun = Instant::now() + Duration::from_millis(300);
    pair.visitor.browser.show(&pair.second).await?;
    tokio::time::sleep_until(begun.into()).await;
    let taken = pair.takes_over(begun).await?;
    assert!(taken < Duration::from_millis(2_500), "{taken:?}");
    pair.visitor.browser.show(&pair.first).await?;
    pair.shows(&["hello", "anybody there?", "I am"]).await?;
    pair.visitor.write("awake").await?;
    pair.visitor.sees_status("awake", "sent").await?;
    pair.all_have(&["hello", "anybody there?", "I am", "awake"])
        .await?;
    pair.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_is_frozen_hands_over_and_awakes_as_a_follower() -> Result<()> {
    let pair = Pair::begin().await?;
    pair.visitor.browser.freeze(&pair.first).await?;
    let begun = Instant::now();
    pair.visitor.browser.show(&pair.second).await?;
    let taken = pair.takes_over(begun).await?;
    assert!(taken < Duration::from_secs(2), "{taken:?}");
    pair.visitor.browser.thaw(&pair.first).await?;
    pair.visitor.browser.show(&pair.first).await?;
    pair.shows(&["hello", "anybody there?", "I am"]).await?;
    pair.visitor.write("awake").await?;
    pair.visitor.sees_status("awake", "sent").await?;
    pair.all_have(&["hello", "anybody there?", "I am", "awake"])
        .await?;
    pair.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn open_state_unread_and_identity_are_shared() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let address = server.address();
    // On a phone messages do not open the window.
    let pair = Pair::begin_at(server, &address, Screen::PHONE).await?;
    let visitor = &pair.visitor;
    let focus = "return document.activeElement === document.body && !root.activeElement";
    visitor.click(".pp-close-btn").await?;
    visitor.browser.show(&pair.first).await?;
    visitor.until("return !q('.pp-window')").await?;
    visitor.browser.show(&pair.second).await?;
    pair.server.say(&pair.session, "news").await?;
    let badge = "return q('.pp-unread-badge')?.textContent === '1'";
    visitor.until(badge).await?;
    visitor.browser.show(&pair.first).await?;
    visitor.until(badge).await?;

    visitor.browser.show(&pair.second).await?;
    visitor.open().await?;
    let identify = "const done = arguments[0]; PocketPing.identify({ id: 'u1', name: 'Ana' }).then(() => done('ok'), String)";
    assert_eq!(visitor.browser.async_script(identify).await?, "ok");
    visitor.browser.show(&pair.first).await?;
    visitor.sees_opened().await?;
    visitor
        .until("return PocketPing.getIdentity()?.id === 'u1'")
        .await?;
    visitor.until("return !q('.pp-unread-badge')").await?;
    // Another tab has opened it, while this one was hidden.
    assert_eq!(visitor.script(focus).await?, true);

    let reset = "const done = arguments[0]; PocketPing.reset().then(() => done('ok'), String)";
    visitor.browser.async_script(reset).await?;
    visitor.browser.show(&pair.second).await?;
    visitor.until("return !PocketPing.getIdentity()").await?;
    pair.visitor.browser.quit().await
}

/// Keys of localStorage and how many rows each store has.
const STORED: &str = "const done = arguments[0];
    const request = indexedDB.open('pocketping');
    request.onsuccess = () => {
        const stores = ['outbox', 'history'];
        const counts = request.result.transaction(stores);
        const found = stores.map((name) => counts.objectStore(name).count());
        counts.oncomplete = () => {
            request.result.close();
            const keys = Object.keys(localStorage).filter((key) => key.startsWith('pocketping_'));
            done({ local: Object.fromEntries(keys.map((key) => [key, localStorage[key]])), rows: found.map((r) => r.result) });
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
    visitor.browser.goto(&pair.server.address()).await?;
    visitor.open().await?;
    visitor.sees_status("three", "sent").await?;
    let all = ["hello", "one", "two", "three"];
    pair.shows(&all).await?;
    pair.stored(&all).await?;
    pair.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_web_locks_a_lease_says_who_leads() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    // No secure context: every name under `.test` is this machine, but does not count as it.
    let address = server.address().replace("127.0.0.1", "shop.test");
    let visitor = Widget::visit(&address, Screen::DESKTOP).await?;
    assert_eq!(
        visitor.script("return navigator.locks ?? null").await?,
        json!(null)
    );
    visitor.until("return !!q('.pp-toggle')").await?;
    assert_eq!(
        visitor.script("return Object.keys(localStorage)").await?,
        json!([])
    );
    visitor.browser.quit().await?;

    let pair = Pair::begin_at(server, &address, Screen::DESKTOP).await?;
    let visitor = &pair.visitor;
    let lease = "return localStorage.pocketping_leader ?? null";
    let leader = visitor.until(lease).await?;
    visitor.write("by lease").await?;
    visitor.sees_status("by lease", "sent").await?;
    pair.server.say(&pair.session, "to both").await?;
    pair.all_have(&["hello", "by lease", "to both"]).await?;
    assert_eq!(visitor.script(lease).await?, leader);

    visitor.browser.close(&pair.first).await?;
    let begun = Instant::now();
    visitor.browser.show(&pair.second).await?;
    pair.takes_over(begun).await?;
    assert_ne!(visitor.until(lease).await?, leader);

    // A dead page's lease is in nobody's way.
    let third = visitor.browser.new_tab().await?;
    visitor.browser.goto(&address).await?;
    visitor.sees_opened().await?;
    visitor.browser.crash(&pair.second).await?;
    visitor.browser.show(&third).await?;
    visitor.write("alone again").await?;
    visitor.sees_status("alone again", "sent").await?;
    let all = [
        "hello",
        "by lease",
        "to both",
        "anybody there?",
        "I am",
        "alone again",
    ];
    pair.shows(&all).await?;
    pair.stored(&all).await?;
    pair.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_out_of_the_back_forward_cache_follows() -> Result<()> {
    let pair = Pair::begin().await?;
    let visitor = &pair.visitor;
    visitor.browser.show(&pair.first).await?;
    // Under ChromeDriver there is no such cache, so the page is told what it would hear.
    visitor
        .script("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
        .await?;
    visitor.browser.show(&pair.second).await?;
    pair.takes_over(Instant::now()).await?;
    visitor.browser.show(&pair.first).await?;
    visitor
        .script("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
        .await?;
    visitor.sees("I am").await?;
    visitor.write("back").await?;
    visitor.sees_status("back", "sent").await?;
    pair.all_have(&["hello", "anybody there?", "I am", "back"])
        .await?;
    pair.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroyed_leader_is_followed_and_may_come_back() -> Result<()> {
    let pair = Pair::begin().await?;
    let visitor = &pair.visitor;
    visitor.browser.show(&pair.first).await?;
    visitor.script("PocketPing.destroy()").await?;
    visitor.browser.show(&pair.second).await?;
    pair.takes_over(Instant::now()).await?;
    visitor.browser.show(&pair.first).await?;
    visitor
        .script("PocketPing.init({ endpoint: '/pocketping', connect: 'load' })")
        .await?;
    visitor.sees_opened().await?;
    pair.all_have(&["hello", "anybody there?", "I am"]).await?;
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
