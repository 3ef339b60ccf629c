//! Pages of one browser share a connection and what they show, and one of them leads.

use anyhow::Result;
use pocketping_tests::{Faults, Pair, Proxy, Screen, Server, ServerOptions, Widget};
use serde_json::json;
use std::time::{Duration, Instant};

/// How a request for a stream begins.
const STREAM: &str = "GET /pocketping/stream";

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

/// The first tab, which has led, goes on behind the second, and nothing is lost or doubled.
async fn awakes_as_a_follower(pair: Pair) -> Result<()> {
    pair.visitor.browser.show(&pair.first).await?;
    pair.shows(&["hello", "anybody there?", "I am"]).await?;
    pair.visitor.write("awake").await?;
    pair.visitor.sees_status("awake", "sent").await?;
    pair.all_have(&["hello", "anybody there?", "I am", "awake"])
        .await?;
    pair.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_hangs_is_robbed_and_goes_on_as_a_follower() -> Result<()> {
    let pair = Pair::begin().await?;
    pair.visitor.browser.show(&pair.first).await?;
    pair.visitor.script(STALL).await?;
    let begun = Instant::now() + Duration::from_millis(300);
    pair.visitor.browser.show(&pair.second).await?;
    tokio::time::sleep_until(begun.into()).await;
    let taken = pair.takes_over(begun).await?;
    // Within two seconds, when the machine has nothing else to do; and before the other one goes on.
    assert!(taken < Duration::from_millis(4_500), "{taken:?}");
    awakes_as_a_follower(pair).await
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
    awakes_as_a_follower(pair).await
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
    let lease =
        "const leases = Object.keys(localStorage).filter((key) => key.startsWith('pocketping_leader@'));
        return leases.length ? localStorage[leases[0]] : null";
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
