//! What a page sets about launcher and window (PROTOCOL §4.2), and what the server says about it.

use super::look::picture;
use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};
use serde_json::{Value as Json, json};

/// Colours as a picture has them: red, green, blue, each up to 255.
const COLOURS: &str = "const rgb = (colour) => { const c = document.createElement('canvas').getContext('2d');
        c.fillStyle = colour; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data].slice(0, 3); };
    const light = (colour) => { const [r, g, b] = rgb(colour).map((p) => p / 255)
        .map((p) => p <= 0.04045 ? p / 12.92 : ((p + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const contrast = (a, b) => { const [d, l] = [light(a), light(b)].sort((x, y) => x - y); return (l + 0.05) / (d + 0.05); };
    const css = (s, property) => getComputedStyle(q(s))[property];";

fn started(options: &Json) -> String {
    format!("PocketPing.init({{ endpoint: '/pocketping', ...{options} }})")
}

/// Asks with the colours at hand.
async fn is(visitor: &Widget, expression: &str) -> Result<()> {
    visitor.until(&format!("{COLOURS} return {expression}")).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn colours_shapes_and_styles_are_the_pages_and_every_text_can_be_read() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let options = json!({
        "headerColor": { "light": { "from": "#36e3ff", "to": "#7c5cff" }, "dark": "#202c33" },
        "toggleColor": "gold",
        "footerColor": { "light": "#f0f2f5", "dark": "#202c33" },
        "chatBackground": "whatsapp",
        "primaryColor": "#0b7a5f",
        "primaryTextColor": "#f4fff4",
        "offset": 40, "borderRadius": 4, "zIndex": 77,
        "fontFamily": "Georgia, serif",
        "toggleIcon": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 30 30'><circle cx='15' cy='15' r='12'/></svg>",
        "customCSS": ".pp-header-title { letter-spacing: 3px; } body { display: none }",
        "headerTitle": "Norrlund", "headerSubtitle": "Usually within an hour",
        "welcomeMessage": "Hi, what are you looking for?",
    });
    for (name, dark) in [("light", false), ("dark", true)] {
        let screen = Screen {
            dark,
            ..Screen::DESKTOP
        };
        let visitor = Widget::begin(&server.address(), screen, &started(&options)).await?;
        visitor.until("return !!q('.pp-toggle')").await?;
        picture(&visitor, &format!("options-launcher-{name}")).await?;
        is(
            &visitor,
            "rgb(css('.pp-toggle', 'backgroundColor')) + '' === rgb('gold') + ''",
        )
        .await?;
        let place = "const r = q('.pp-toggle').getBoundingClientRect(); return innerWidth - r.right === 40 && innerHeight - r.bottom === 40";
        visitor.until(place).await?;
        visitor.open().await?;
        visitor.write("A lamp for reading in bed.").await?;
        visitor.sees_status("A lamp for reading in bed.", "sent").await?;
        let session = server.latest_session().await?;
        server.say(&session, "Then the small one.").await?;
        visitor.sees("Then the small one.").await?;
        picture(&visitor, &format!("options-window-{name}")).await?;
        let grounds = if dark {
            "['#202c33']"
        } else {
            "['#36e3ff', '#599fff', '#7c5cff']"
        };
        is(
            &visitor,
            &format!("{grounds}.every((ground) => contrast(ground, css('.pp-header', 'color')) >= 4.5)"),
        )
        .await?;
        is(&visitor, "css('.pp-header', 'backgroundImage').includes('gradient') === !matchMedia('(prefers-color-scheme: dark)').matches").await?;
        is(
            &visitor,
            "css('.pp-messages', 'backgroundImage').includes('radial-gradient')",
        )
        .await?;
        is(
            &visitor,
            "rgb(css('.pp-own .pp-message-content', 'color')) + '' === rgb('#f4fff4') + ''",
        )
        .await?;
        is(&visitor, "css('.pp-window', 'borderTopLeftRadius') === '4px' && css('.pp-window', 'fontFamily') === 'Georgia, serif'").await?;
        is(&visitor, "css('.pp-header-title', 'letterSpacing') === '3px' && getComputedStyle(document.body).display !== 'none'").await?;
        is(&visitor, "getComputedStyle(host).zIndex === '77'").await?;
        is(&visitor, "q('.pp-header-title').textContent === 'Norrlund' && q('.pp-header-status').textContent === 'Usually within an hour'").await?;
        visitor.browser.quit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_the_page_are_ground_logo_and_avatar() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let picture = |name: &str| {
        format!(
            "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9' id='{name}'/%3E"
        )
    };
    let options = json!({
        "chatBackground": { "light": picture("ground"), "dark": "dots" },
        "logoUrl": picture("logo"), "operatorAvatar": picture("avatar"),
        "position": "bottom-left",
    });
    for (dark, ground) in [(false, "ground"), (true, "radial-gradient")] {
        let screen = Screen {
            dark,
            ..Screen::DESKTOP
        };
        let visitor = Widget::begin(&server.address(), screen, &started(&options)).await?;
        visitor.greet(&server).await?;
        is(
            &visitor,
            &format!("css('.pp-messages', 'backgroundImage').includes('{ground}')"),
        )
        .await?;
        for (place, name) in [(".pp-header img", "logo"), (".pp-messages img", "avatar")] {
            is(
                &visitor,
                &format!("q('{place}')?.src.includes('{name}') && q('{place}').naturalWidth === 9"),
            )
            .await?;
        }
        is(&visitor, "q('.pp-window').getBoundingClientRect().left === 20").await?;
        visitor.browser.quit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_values_have_no_effect_and_colours_that_cannot_be_read_are_corrected() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let options = json!({
        "headerColor": "red; } * { display: none",
        "toggleColor": { "from": "black", "to": "white" },
        "chatBackground": "javascript:alert(1)",
        "primaryColor": "#ffee00",
        "primaryTextColor": "#ffffaa",
        "offset": "wide",
        "borderRadius": -3,
    });
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &started(&options)).await?;
    visitor.open().await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    is(
        &visitor,
        "css('.pp-header', 'backgroundColor') === 'rgb(255, 255, 255)'",
    )
    .await?;
    is(&visitor, "css('.pp-messages', 'backgroundImage') === 'none'").await?;
    let own = "contrast(css('.pp-own .pp-message-content', 'color'), css('.pp-own .pp-message-content', 'backgroundColor')) >= 4.5";
    is(&visitor, own).await?;
    let warned = visitor.browser.console().await?.join("\n");
    for option in ["offset", "borderRadius", "primaryTextColor"] {
        assert!(warned.contains(option), "{option}: {warned}");
    }
    visitor.click(".pp-close-btn").await?;
    // Black on white and white on black at once: a veil makes one of them hold throughout.
    is(
        &visitor,
        "css('.pp-toggle', 'backgroundImage').split('gradient').length === 3",
    )
    .await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_says_of_the_look_wins() -> Result<()> {
    let set = [
        ("POCKETPING_APPEARANCE_HEADER_COLOR", "#123456"),
        ("POCKETPING_APPEARANCE_CHAT_BACKGROUND", "dots"),
        ("POCKETPING_APPEARANCE_OPERATOR_NAME", "Ada"),
    ];
    let environment = set
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .to_vec();
    let server = Server::start(ServerOptions {
        environment,
        ..Default::default()
    })
    .await?;
    for options in [
        json!({}),
        json!({ "headerColor": "#eeeeee", "operatorName": "Mia" }),
    ] {
        let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &started(&options)).await?;
        visitor.open().await?;
        is(&visitor, "css('.pp-header', 'backgroundColor') === 'rgb(18, 52, 86)' && css('.pp-header', 'color') === 'rgb(255, 255, 255)'").await?;
        is(
            &visitor,
            "css('.pp-messages', 'backgroundImage').includes('gradient')",
        )
        .await?;
        visitor
            .until("return q('.pp-header-title').textContent === 'Ada'")
            .await?;
        picture(&visitor, "options-server").await?;
        visitor.browser.quit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_widget_is_there_on_the_pages_that_the_rules_name() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let options =
        json!({ "showOnPages": ["/shop/*", "^/(a|b)$"], "hideOnPages": ["/shop/checkout", "[broken"] });
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &started(&options)).await?;
    let shown = "return !!host && host.getClientRects().length + getComputedStyle(host).display";
    let goes = async |path: &str, there: bool| {
        visitor
            .browser
            .script(&format!("history.pushState(null, '', '{path}')"), vec![])
            .await?;
        let wanted = format!("return !!host && (getComputedStyle(host).display !== 'none') === {there}");
        visitor
            .until(&wanted)
            .await
            .map_err(|error| error.context(path.to_owned()))
    };
    visitor.until(shown).await?;
    goes("/healthz", false).await?;
    goes("/shop", true).await?;
    goes("/shop/lamps/halo", true).await?;
    visitor.open().await?;
    goes("/shop/checkout/pay", false).await?;
    visitor.until("return !PocketPing.isWidgetOpen()").await?;
    goes("/a", true).await?;
    goes("/abc", false).await?;
    visitor.browser.script("history.back()", vec![]).await?;
    visitor
        .until("return getComputedStyle(host).display !== 'none'")
        .await?;
    let warned = visitor.browser.console().await?.join("\n");
    assert!(warned.contains("[broken"), "{warned}");
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_swap_their_body_keep_the_widget_and_what_it_shows() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &started(&json!({}))).await?;
    let swaps = [
        // Turbo, Astro; htmx with a boosted body; a page that takes away all it does not know.
        "document.body.replaceWith(Object.assign(document.createElement('body'), { textContent: 'next' }))",
        "document.body.replaceChildren('next')",
        "for (const child of [...document.documentElement.children]) if (!/HEAD|BODY/.test(child.tagName)) child.remove()",
    ];
    // Before the app is there.
    for swap in &swaps[..2] {
        visitor.browser.script(swap, vec![]).await?;
        visitor
            .until("return !!q('.pp-toggle') && host.isConnected")
            .await?;
    }
    visitor.open().await?;
    visitor.write("still here").await?;
    for swap in swaps {
        visitor.browser.script(swap, vec![]).await?;
        visitor.sees("still here").await?;
    }
    visitor.browser.script("PocketPing.destroy()", vec![]).await?;
    visitor.browser.script(swaps[1], vec![]).await?;
    assert_eq!(visitor.script("return host").await?, Json::Null);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_widget_waits_opens_by_itself_and_is_open_again_after_a_reload() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let options = json!({ "showDelay": 700, "autoOpenDelay": 500, "persistOpenState": true });
    let start = format!("window.began = performance.now(); {}", started(&options));
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &start).await?;
    let waited =
        "if (!host || !host.isConnected) return false; return performance.now() - window.began >= 700";
    visitor.until(waited).await?;
    visitor.sees_opened().await?;
    let reopened = started(&json!({ "persistOpenState": true }));
    visitor.restart(&reopened).await?;
    visitor.sees_opened().await?;
    visitor.click(".pp-close-btn").await?;
    visitor.until("return !PocketPing.isWidgetOpen()").await?;
    visitor.restart(&reopened).await?;
    visitor
        .until("return !!q('.pp-toggle') && window.PocketPing.isWidgetOpen")
        .await?;
    assert_eq!(visitor.script("return PocketPing.isWidgetOpen()").await?, false);
    visitor.browser.quit().await?;

    // Over a whole screen it does not come by itself, but says what came in.
    let options = json!({ "autoOpenDelay": 50, "connect": "load" });
    let visitor = Widget::begin(&server.address(), Screen::PHONE, &started(&options)).await?;
    visitor
        .until("return !!window.PocketPing.isConnected && PocketPing.isConnected()")
        .await?;
    let session = server.latest_session().await?;
    server.say(&session, "Your lamp is here.").await?;
    visitor
        .until("return q('.pp-preview__text') && q('.pp-preview__text').textContent === 'Your lamp is here.'")
        .await?;
    assert_eq!(visitor.script("return PocketPing.isWidgetOpen()").await?, false);
    picture(&visitor, "preview-phone-light").await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_heard_after_a_gesture_until_the_visitor_turns_that_off() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let count = "window.tones = 0; const make = AudioContext.prototype.createOscillator;
        AudioContext.prototype.createOscillator = function () { window.tones++; return make.call(this) };";
    let start = format!("{count} {}", started(&json!({ "soundEnabled": true })));
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &start).await?;
    visitor.open().await?;
    visitor.write("ping").await?;
    visitor.sees_status("ping", "sent").await?;
    let session = server.latest_session().await?;
    server.say(&session, "one").await?;
    visitor.until("return window.tones === 2").await?;
    picture(&visitor, "sound-desktop-light").await?;
    visitor.click(".pp-sound-btn").await?;
    visitor
        .until("return q('.pp-sound-btn').ariaLabel === 'Turn sounds on'")
        .await?;
    server.say(&session, "two").await?;
    visitor.sees("two").await?;
    assert_eq!(visitor.script("return window.tones").await?, 2);
    visitor.restart(&start).await?;
    visitor.open().await?;
    visitor
        .until("return q('.pp-sound-btn').ariaLabel === 'Turn sounds on'")
        .await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_page_counts_unread_messages_in_its_title_if_it_wants_to() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let options = json!({ "titleBadge": true, "autoOpenOnMessage": false, "connect": "load", "showUnreadBadge": false });
    let start = format!(
        "document.title = 'Lamps'; setInterval(() => localStorage.seen = document.title, 100); {}",
        started(&options)
    );
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &start).await?;
    visitor
        .until("return !!window.PocketPing.isConnected && PocketPing.isConnected()")
        .await?;
    let page = visitor.browser.tab().await?;
    let other = visitor.browser.new_tab().await?;
    visitor
        .browser
        .goto(&format!("{}/readyz", server.address()))
        .await?;
    let session = server.latest_session().await?;
    server.say(&session, "are you there?").await?;
    visitor.until("return localStorage.seen === '(1) Lamps'").await?;
    visitor.browser.close(&other).await?;
    visitor.browser.show(&page).await?;
    visitor.until("return document.title === 'Lamps'").await?;
    let launcher =
        "return !q('.pp-unread-badge') && q('.pp-toggle').ariaLabel === 'Open chat, 1 new message'";
    visitor.until(launcher).await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scalar_option_is_an_attribute_too() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&format!("{}/healthz", server.address()), Screen::DESKTOP).await?;
    let attributes = json!({
        "endpoint": "/pocketping", "operatorName": "Ada", "placeholder": "Ask away", "locale": "nl",
        "zIndex": "88", "offset": "30", "borderRadius": "6", "soundEnabled": "", "showUnreadBadge": "false",
        "headerColor": "{\"from\": \"#000000\", \"to\": \"#222222\"}", "hideOnPages": "/admin/*, /login",
        "customCss": ".pp-window { outline: 3px solid red }", "theme": "dark", "autoOpenDelay": "10",
    });
    let script = format!(
        "const tag = document.createElement('script'); tag.src = '/pocketping.js';
         Object.assign(tag.dataset, {attributes}); document.body.append(tag);"
    );
    visitor.browser.script(&script, vec![]).await?;
    visitor.sees_opened().await?;
    is(
        &visitor,
        "getComputedStyle(host).zIndex === '88' && css('.pp-window', 'right') === '30px'",
    )
    .await?;
    is(
        &visitor,
        "css('.pp-window', 'outlineWidth') === '3px' && css('.pp-window', 'borderTopLeftRadius') === '6px'",
    )
    .await?;
    is(
        &visitor,
        "css('.pp-header', 'backgroundImage').includes('gradient') && !!q('.pp-sound-btn')",
    )
    .await?;
    is(
        &visitor,
        "q('.pp-input').placeholder === 'Ask away' && q('.pp-header-title').textContent === 'Ada'",
    )
    .await?;
    is(&visitor, "q('.pp-send-btn').ariaLabel === 'Bericht versturen'").await?;
    let warned = visitor.browser.console().await?.join("\n");
    assert!(!warned.contains("PocketPing]"), "{warned}");
    visitor.browser.quit().await
}
