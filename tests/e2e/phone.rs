//! What is particular to phones: the window is the screen, whatever a keyboard leaves of it.

use super::look::picture;
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

/// Texts and buttons stay clear of the notch and of the bar that a finger swipes, and what lies behind those is the window's.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_under_the_notch_or_the_bar_at_the_bottom() -> Result<()> {
    const TOP: u32 = 47;
    const BOTTOM: u32 = 34;
    let server = Server::start(ServerOptions::default()).await?;
    // What stands in the window (the consent card, the lightbox) and where that has to be.
    let clear = format!(
        "const seen = (all) => all.filter((one) => one.getClientRects().length).map((one) => one.getBoundingClientRect());
         const within = (all) => all.length > 0 && all.every((box) => box.top >= {TOP} && box.bottom <= innerHeight - {BOTTOM});
         const fills = ({{ top, bottom, left, right }}) => top <= 0 && bottom >= innerHeight && left <= 0 && right >= innerWidth;"
    );
    for start in [
        "PocketPing.init({ endpoint: '/pocketping' })",
        "PocketPing.init({ endpoint: '/pocketping', consent: 'required' })",
    ] {
        let visitor = Widget::begin(&server.address(), Screen::PHONE, start).await?;
        visitor.browser.set_safe_area(TOP, BOTTOM).await?;
        visitor.click(".pp-toggle").await?;
        let asked = start.contains("consent");
        if asked {
            visitor
                .until("return q('.pp-consent') && !q('.pp-consent').getAnimations().length")
                .await?;
            let shown = "seen(all('.pp-consent :is(h2, p, button)'))";
            visitor
                .until(&format!(
                    "{clear} const card = q('.pp-consent').getBoundingClientRect(); return within({shown}) && card.bottom === innerHeight"
                ))
                .await?;
        } else {
            visitor
                .until("return q('.pp-window .pp-input') && !q('.pp-window').getAnimations().length")
                .await?;
            let shown = "seen(all('.pp-header :is(button, .pp-avatar, .pp-header-title), .pp-input, .pp-send-btn, .pp-footer a'))";
            visitor
                .until(&format!(
                    "{clear} return within({shown}) && fills(q('.pp-window').getBoundingClientRect())"
                ))
                .await?;
        }
        picture(&visitor, if asked { "safe-area-consent" } else { "safe-area" }).await?;
        visitor.browser.quit().await?;
    }
    Ok(())
}
