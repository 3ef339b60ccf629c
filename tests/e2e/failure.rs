//! What a visitor sees when the backend is wrong or down.

use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};

/// Replaces the demo page by an empty one that carries the script tag with these attributes; the loader has run.
pub(crate) async fn bare_page(widget: &Widget, address: &str, attributes: &str) -> Result<()> {
    widget.browser.goto(&format!("{address}/healthz")).await?;
    let script = format!(
        "const tag = document.createElement('script'); tag.src = '{address}/pocketping.js'; {attributes}
         document.body.append(tag);"
    );
    widget.browser.script(&script, vec![]).await?;
    widget.browser.until("return !!window.PocketPing?.init").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_wrong_endpoint_the_launcher_shows_and_the_text_is_kept() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&format!("{}/healthz", server.address()), Screen::DESKTOP).await?;
    bare_page(
        &visitor,
        &server.address(),
        "tag.dataset.endpoint = 'http://127.0.0.1:9/pocketping';",
    )
    .await?;
    visitor.open().await?;
    visitor.write("is anyone there?").await?;
    visitor.sees_status("is anyone there?", "sending").await?;
    visitor
        .until("return q('.pp-notice')?.textContent.includes('saved and will be sent')")
        .await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn connecting_is_refused_each_time_that_the_page_asks() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&format!("{}/healthz", server.address()), Screen::DESKTOP).await?;
    bare_page(
        &visitor,
        &server.address(),
        "tag.dataset.endpoint = '/pocketping';",
    )
    .await?;
    let refuse = "const { fetch } = window;
        window.fetch = (url, ...more) =>
            String(url).endsWith('/connect') ? Promise.resolve(new Response('{}', { status: 403 })) : fetch(url, ...more);
        PocketPing.open();";
    visitor.script(refuse).await?;
    visitor.until("return !!PocketPing.connect").await?;
    let connect = "const done = arguments[0];
        PocketPing.connect().then(() => done('connected'), (error) => done(error.code));";
    for _ in 0..2 {
        assert_eq!(visitor.browser.async_script(connect).await?, "refused");
    }
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_too_long_is_not_sent_and_not_lost() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    let fill = "const input = q('.pp-input'); input.value = 'y'.repeat(4001);
        input.dispatchEvent(new Event('input', { bubbles: true, composed: true })); return true";
    visitor.script(fill).await?;
    visitor.write("").await?;
    visitor.until("return !!q('.pp-composer__error')").await?;
    assert_eq!(visitor.script("return q('.pp-input').value.length").await?, 4001);
    assert_eq!(visitor.texts().await?, Vec::<String>::new());
    visitor.browser.quit().await
}
