//! Custom events in both directions.

use anyhow::Result;
use pocketping_tests::{Inbox, Screen, Server, ServerOptions, Widget};

/// The demo server answers `clicked_pricing` with `show_offer`, by the same `on_event` and `emit_event`
/// that a site's own backend uses.
#[tokio::test(flavor = "multi_thread")]
async fn trigger_reaches_the_servers_handler_and_its_answer_the_page() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;

    let script = "window.offers = []; PocketPing.onEvent('show_offer', (data) => offers.push(data));
        PocketPing.trigger('clicked_pricing', { plan: 'pro' });";
    visitor.browser.script(script, vec![]).await?;
    visitor
        .until("return window.offers.length === 1 && window.offers[0].discount === 20")
        .await?;
    visitor
        .until("return !!document.querySelector('#demo-events li')")
        .await?;

    inbox.until("return !!q('.pp-session')").await?;
    inbox.click(".pp-session").await?;
    inbox
        .until("return all('.pp-event__name').some((e) => e.textContent === 'clicked_pricing')")
        .await?;
    visitor.browser.quit().await?;
    inbox.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_sent_from_the_inbox_reaches_the_pages_handler() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor
        .browser
        .script(
            "window.got = []; PocketPing.onEvent('show_offer', (d) => got.push(d))",
            vec![],
        )
        .await?;
    visitor.open().await?;
    visitor.write("hello").await?;

    inbox.choose("hello").await?;
    let data = inbox.browser.find(".pp-send-event textarea").await?;
    data.clear().await?;
    data.send_keys("{\"discount\": 15}").await?;
    inbox.click(".pp-send-event button[type=submit]").await?;
    visitor
        .until("return window.got.length === 1 && window.got[0].discount === 15")
        .await?;
    visitor.browser.quit().await?;
    inbox.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn identify_shows_who_the_visitor_is_in_the_inbox() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    let identify = "const done = arguments[0];
        PocketPing.identify({ id: 'u-1', name: 'Ada', email: 'ada@example.com', plan: 'pro' })
            .then(() => done('taken'), (error) => done(String(error)));";
    assert_eq!(visitor.browser.async_script(identify).await?, "taken");
    inbox.choose("Ada").await?;
    inbox
        .until("return q('.pp-visitor').textContent.includes('ada@example.com')")
        .await?;
    inbox
        .until("return q('.pp-visitor').textContent.includes('pro')")
        .await?;
    visitor.browser.quit().await?;
    inbox.browser.quit().await
}
