//! Browsers that are too old for the widget get what the page has for them, and no broken window.

use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};
use serde_json::json;

/// What README says a page should have.
const FALLBACK: &str = "const link = document.createElement('a'); link.className = 'chat-fallback'; link.href = 'mailto:help@example.com';
    link.textContent = 'Write to us'; document.body.append(link);
    const sheet = new CSSStyleSheet(); sheet.replaceSync('html:has(> #pocketping-container) .chat-fallback { display: none }');
    document.adoptedStyleSheets = [sheet];";

#[tokio::test(flavor = "multi_thread")]
async fn an_old_browser_keeps_the_pages_link_and_a_new_one_hides_it() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let shown = "return [document.querySelector('.chat-fallback').checkVisibility(), !!q('.pp-toggle')]";
    let init = "window.given = PocketPing.init({ endpoint: '/pocketping' }) === PocketPing;";
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &format!("{FALLBACK} {init}")).await?;
    assert_eq!(visitor.script(shown).await?, json!([false, true]));

    // As Safari 16.3 would answer.
    let old = "const { supports } = CSS; CSS.supports = (...what) => !String(what).includes('oklch(from') && supports.apply(CSS, what);";
    visitor.browser.console().await?;
    visitor.restart(&format!("{old} {FALLBACK} {init}")).await?;
    assert_eq!(visitor.script(shown).await?, json!([true, false]));
    let calls = "PocketPing.open(); PocketPing.on('message', () => {}); PocketPing.destroy(); return [window.given, PocketPing.getMessages()]";
    assert_eq!(visitor.script(calls).await?, json!([true, []]));
    let console = visitor.browser.console().await?;
    assert!(
        console.iter().any(|line| line.contains("needs a newer browser")),
        "{console:?}"
    );
    assert!(
        !console.iter().any(|line| line.starts_with("SEVERE")),
        "{console:?}"
    );
    visitor.browser.quit().await
}
