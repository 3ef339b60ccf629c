//! WCAG 2.2 AA: the rules of axe-core in each state, the keyboard alone, forced colours, zoom, less motion.

use super::look::picture;
use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Talk, Widget, Wish};
use serde_json::json;

async fn kept(visitor: &Widget, name: &str) -> Result<()> {
    picture(visitor, &format!("a11y-{name}")).await
}

/// Launcher, empty window, conversation with all kinds of bubbles, launcher with unread messages.
async fn audit_all(name: &str, screen: Screen, options: &str) -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let start = format!(
        "PocketPing.init({{ endpoint: '/pocketping', welcomeMessage: 'Hi, what are you looking for?', {options} }})"
    );
    let visitor = Widget::begin(&server.address(), screen, &start).await?;
    visitor.until("return !!q('.pp-toggle')").await?;
    visitor.audit(&format!("{name}: launcher of the loader")).await?;
    visitor.open().await?;
    visitor.audit(&format!("{name}: empty")).await?;
    visitor.write("hello, see https://example.com/").await?;
    visitor
        .sees_status("hello, see https://example.com/", "sent")
        .await?;
    let session = server.latest_session().await?;
    for text in ["Good morning", "**Bold** and `code`", "1. one\n2. two", "👍"] {
        server.say(&session, text).await?;
    }
    visitor.until("return all('.pp-message').length >= 5").await?;
    visitor.write(&"x".repeat(4001)).await?;
    visitor.until("return !!q('.pp-composer__error')").await?;
    visitor.audit(&format!("{name}: conversation")).await?;
    kept(&visitor, name).await?;
    visitor.click(".pp-close-btn").await?;
    visitor
        .until("return !q('.pp-window') && !!q('.pp-toggle')")
        .await?;
    if screen.width <= 480 {
        // There it opens nothing.
        server.say(&session, "One more thing").await?;
        visitor.until("return !!q('.pp-preview')").await?;
    }
    visitor.audit(&format!("{name}: launcher")).await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_rule_is_broken_on_a_desktop() -> Result<()> {
    audit_all("light", Screen::DESKTOP, "").await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_rule_is_broken_in_the_dark_with_colours_of_the_page() -> Result<()> {
    let dark = Screen {
        dark: true,
        ..Screen::DESKTOP
    };
    audit_all(
        "dark",
        dark,
        "primaryColor: '#ffd400', headerColor: { from: '#36e3ff', to: '#7c5cff' }, chatBackground: 'whatsapp', soundEnabled: true",
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_rule_is_broken_from_right_to_left() -> Result<()> {
    audit_all("rtl", Screen::DESKTOP, "locale: 'ar', primaryColor: '#0b7a5f'").await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_rule_is_broken_on_a_phone() -> Result<()> {
    audit_all("phone", Screen::PHONE, "").await
}

/// What has the focus: its class within the widget, else its tag.
const FOCUSED: &str =
    "const at = root?.activeElement; return at ? at.className || at.tagName : document.activeElement.tagName";

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_conversation_needs_only_the_keyboard() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let start = "PocketPing.init({ endpoint: '/pocketping', autoOpenOnMessage: false })";
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, start).await?;
    let press = async |keys: &str| visitor.browser.press(keys).await;
    let focused = "return !!root?.activeElement?.matches('.pp-toggle')";
    for _ in 0..5 {
        press("Tab").await?;
        if visitor.script(focused).await? == true {
            break;
        }
    }
    assert_eq!(
        visitor.script(focused).await?,
        true,
        "the launcher is reached by Tab"
    );
    // The focus can be seen: as the browser shows it, and once the app has come as it does.
    visitor
        .until("return getComputedStyle(q('.pp-toggle')).outlineStyle === 'solid'")
        .await?;
    press("Enter").await?;
    visitor
        .until("return root.activeElement?.matches('.pp-input')")
        .await?;
    for keys in ["first line", "Shift+Enter", "second line", "Enter"] {
        press(keys).await?;
    }
    visitor.sees_status("first line\nsecond line", "sent").await?;
    let session = server.latest_session().await?;
    server.say(&session, "see https://example.com/").await?;
    visitor.until("return !!q('.pp-message a')").await?;
    // Back through the window: the link is one of the stops, and each can be seen.
    let mut stops = Vec::new();
    for _ in 0..8 {
        press("Shift+Tab").await?;
        stops.push(visitor.script(FOCUSED).await?);
        let seen = "const at = root.activeElement; if (!at) return true; const style = getComputedStyle(at);
            const box = at.getBoundingClientRect();
            return (style.outlineStyle === 'solid' || at.matches('.pp-input, .pp-window')) && box.width >= 1";
        assert_eq!(visitor.script(seen).await?, true, "{stops:?}");
        if visitor
            .script("return !!root.activeElement?.matches('.pp-message a')")
            .await?
            == true
        {
            break;
        }
    }
    assert_eq!(
        visitor
            .script("return !!root.activeElement?.matches('.pp-message a')")
            .await?,
        true,
        "the link is reached: {stops:?}"
    );
    press("Escape").await?;
    visitor
        .until("return !q('.pp-window') && root.activeElement?.matches('.pp-toggle')")
        .await?;
    server.say(&session, "are you there?").await?;
    visitor
        .until("return /^Open chat, [12] new messages?$/.test(q('.pp-toggle').getAttribute('aria-label'))")
        .await?;
    press(" ").await?;
    visitor
        .until("return root.activeElement?.matches('.pp-input')")
        .await?;
    visitor.sees_within(10, "are you there?").await?;
    for keys in ["yes", "Tab"] {
        press(keys).await?;
    }
    // The button that sends comes after the field, whatever stands between.
    for _ in 0..5 {
        if visitor
            .script("return !!root.activeElement?.matches('.pp-send-btn')")
            .await?
            == true
        {
            break;
        }
        press("Tab").await?;
    }
    press("Enter").await?;
    visitor.sees_status("yes", "sent").await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_live_region_says_what_arrives() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    talk.server.say(&talk.session, "good morning").await?;
    visitor
        .until("return all('[aria-live]:not([aria-live=off]), [role=log]:not([aria-live]), [role=status], [role=alert]').filter((r) => r.textContent.includes('good morning')).length === 1")
        .await?;
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn zoom_to_400_percent_needs_no_scrolling_sideways() -> Result<()> {
    // 1280×1024 at 400 %.
    let screen = Screen {
        width: 320,
        height: 256,
        dark: false,
    };
    let talk = Talk::begin(screen).await?;
    let visitor = &talk.visitor;
    let long = "Donaudampfschifffahrtsgesellschaftskapitän wohnt hier: https://example.com/a/very/long/path/that/does/not/end/anywhere";
    talk.server.say(&talk.session, long).await?;
    visitor.until("return !!q('.pp-message a')").await?;
    picture(visitor, "zoom").await?;
    let fits = "const box = q('.pp-window').getBoundingClientRect(); const list = q('.pp-messages').getBoundingClientRect();
        const field = q('.pp-input').getBoundingClientRect(); const send = q('.pp-send-btn').getBoundingClientRect();
        return [document.documentElement.scrollWidth <= 320, box.width <= 320, box.height <= 256, field.bottom <= 256, send.right <= 320,
            list.height >= 48, all('.pp-messages *').every((e) => e.matches('.pp-sr-only, .pp-sr-only *') || e.getBoundingClientRect().right <= 321)]";
    assert_eq!(
        visitor.script(fits).await?,
        json!([true, true, true, true, true, true, true])
    );
    visitor.audit("zoomed").await?;
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn forced_colours_keep_edges_icons_and_focus() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    talk.server.say(&talk.session, "good morning").await?;
    visitor.sees("good morning").await?;
    visitor.browser.wish(Wish::ForcedColors).await?;
    visitor
        .until("return matchMedia('(forced-colors: active)').matches")
        .await?;
    picture(visitor, "forced-window").await?;
    let edges = "return ['.pp-window', '.pp-message-content', '.pp-composer__field', '.pp-send-btn']
        .filter((s) => getComputedStyle(q(s)).borderTopStyle !== 'solid')";
    assert_eq!(visitor.script(edges).await?, json!([]));
    visitor.browser.press("Escape").await?;
    visitor.until("return !q('.pp-window')").await?;
    picture(visitor, "forced-launcher").await?;
    let icon = "const style = getComputedStyle(q('.pp-toggle'), '::before');
        return style.backgroundColor !== getComputedStyle(q('.pp-toggle')).backgroundColor && style.backgroundColor !== 'rgba(0, 0, 0, 0)'";
    assert_eq!(
        visitor.script(icon).await?,
        true,
        "the launcher's icon can be seen"
    );
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_for_less_motion_sees_short_fades_only() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.browser.wish(Wish::LessMotion).await?;
    visitor
        .until("return matchMedia('(prefers-reduced-motion: reduce)').matches")
        .await?;
    visitor
        .script("window.moved = [];
            const look = () => { for (const a of root?.getAnimations() ?? []) {
                const { duration, iterations } = a.effect.getTiming();
                const moving = a.effect.getKeyframes().some((k) => (k.transform ?? '').replaceAll(/\\b0(px)?\\b/g, '').match(/\\d|scale/));
                if (duration > 80 || iterations > 1 || moving) moved.push([a.animationName ?? a.transitionProperty, duration, iterations, moving]);
            } requestAnimationFrame(look); }; look();")
        .await?;
    visitor.open().await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    let session = server.latest_session().await?;
    server
        .operator(
            &format!("sessions/{session}/typing"),
            Some(json!({ "isTyping": true })),
        )
        .await?;
    server.say(&session, "good morning").await?;
    visitor.sees("good morning").await?;
    visitor.browser.press("Escape").await?;
    visitor.until("return !q('.pp-window')").await?;
    assert_eq!(visitor.script("return window.moved").await?, json!([]));
    visitor.browser.quit().await
}
