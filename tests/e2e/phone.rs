//! What is particular to phones: the window is the screen, whatever a keyboard leaves of it.

use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};
use serde_json::json;

/// A visual viewport whose size the test sets, as the screen's keyboard would.
const KEYBOARD: &str = "const seen = new EventTarget(); Object.assign(seen, { width: innerWidth, height: innerHeight, offsetLeft: 0,
        offsetTop: 0, pageLeft: 0, pageTop: 0, scale: 1 });
    Object.defineProperty(window, 'visualViewport', { value: seen, configurable: true });
    window.leave = (height, offsetTop) => { Object.assign(seen, { height, offsetTop }); seen.dispatchEvent(new Event('resize')) };";

#[tokio::test(flavor = "multi_thread")]
async fn the_window_is_what_the_keyboard_leaves_and_no_field_makes_the_page_zoom() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let start = format!("{KEYBOARD} PocketPing.init({{ endpoint: '/pocketping' }})");
    let visitor = Widget::begin(&server.address(), Screen::PHONE, &start).await?;
    visitor.open().await?;
    visitor
        .until("return q('.pp-window').getAnimations().length === 0")
        .await?;
    let place = "const box = q('.pp-window').getBoundingClientRect(); const field = q('.pp-input').getBoundingClientRect();
        return [box.left, box.top, box.width, box.height, field.bottom <= box.bottom].map((side) => Math.round(side) === side ? side : Number(side))";
    assert_eq!(visitor.script(place).await?, json!([0, 0, 390, 844, 1]));
    for (height, top) in [(500, 0), (430, 60), (844, 0)] {
        visitor.script(&format!("leave({height}, {top})")).await?;
        visitor
            .until(&format!(
                "const box = q('.pp-window').getBoundingClientRect();
                 return Math.round(box.height) === {height} && Math.round(box.top) === {top} && q('.pp-input').getBoundingClientRect().bottom <= {height} + {top}"
            ))
            .await?;
    }
    // Below 16 px phones zoom into a field that is written in.
    visitor.click(".pp-emoji-btn").await?;
    visitor.until("return !!q('.pp-emoji__search')").await?;
    let sizes = "return all('input:not([type=file]), textarea, select').map((field) => parseFloat(getComputedStyle(field).fontSize)).filter((size) => size < 16)";
    assert_eq!(visitor.script(sizes).await?, json!([]));
    visitor.browser.quit().await
}
