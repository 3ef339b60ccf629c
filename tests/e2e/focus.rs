//! The keyboard: focus never falls out of the chat, and on phones not behind it.

use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Talk, Widget};

/// Class names of what has the focus, within the widget or on the page.
const FOCUSED: &str = "const root = document.querySelector('#pocketping-container').shadowRoot;
    return (root.activeElement || document.activeElement).className";

#[tokio::test(flavor = "multi_thread")]
async fn on_phones_tab_stays_within_the_window_that_covers_the_page() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::PHONE).await?;
    visitor.open().await?;
    let stops = visitor
        .script("q('.pp-window').focus(); return all('.pp-window a[href], .pp-window button:not([disabled]), .pp-window textarea, .pp-messages').length")
        .await?;
    let stops = stops.as_u64().unwrap_or_default();
    assert!(stops >= 4, "{stops}");
    for _ in 0..stops * 2 {
        visitor.browser.press("Tab").await?;
        let focused = visitor.browser.script(FOCUSED, vec![]).await?;
        let inside = visitor
            .script("return !!q('.pp-window').getRootNode().activeElement?.closest('.pp-window')")
            .await?;
        assert_eq!(inside, true, "the focus is on {focused}");
    }
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_disappears_under_the_focus_hands_it_on() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    visitor.browser.press("Escape").await?;
    visitor.until("return !!q('.pp-toggle')").await?;
    assert_eq!(
        visitor.browser.script(FOCUSED, vec![]).await?,
        "pp-toggle pp-bottom-right"
    );
    visitor.open().await?;
    talk.say_lines(0..60).await?;
    visitor.sees("line 59").await?;
    visitor.browser.reload().await?;
    visitor.open().await?;
    visitor.sees("line 59").await?;
    visitor.until("return !!q('.pp-load-older')").await?;
    visitor
        .script("q('.pp-load-older').focus(); q('.pp-load-older').click()")
        .await?;
    visitor.until("return !q('.pp-load-older')").await?;
    assert_eq!(visitor.browser.script(FOCUSED, vec![]).await?, "pp-messages");
    talk.visitor.browser.quit().await
}
