//! Pictures of the page that an operator wishes for: asked of the visitor first, without the widget, with what is private
//! masked.

use super::look::picture;
use anyhow::{Context, Result};
use pocketping_tests::{Inbox, Screen, Server, ServerOptions, Widget, eventually};
use serde_json::{Value as Json, json};
use std::time::Duration;

/// A page with colours to be found again, and with secrets.
const PAGE: &str = "document.body.style.cssText = 'margin:0;background:#fff;height:3000px';
    const box = (id, css, text = '') => { const e = document.createElement('div'); e.id = id; e.textContent = text;
        e.style.cssText = 'position:absolute;' + css; document.body.append(e); return e };
    box('red', 'left:0;top:0;width:200px;height:100px;background:#ff0000');
    box('green', 'left:200px;top:0;width:180px;height:100px;background:rgb(0 160 0)');
    const secret = box('secret', 'left:0;top:120px;width:300px;height:60px;background:#000;color:#fff;font:40px monospace', '4242424242');
    secret.dataset.ppMask = '';
    const inner = document.createElement('b'); inner.style.cssText = 'visibility:visible;color:#ff0'; inner.textContent = '99'; secret.append(inner);
    const field = document.createElement('input'); field.type = 'password'; field.id = 'password'; field.value = 'hunter2hunter2';
    field.style.cssText = 'position:absolute;left:0;top:200px;width:300px;height:60px;font:40px monospace;color:#f0f;background:#0ff;border:0';
    document.body.append(field);
    const component = box('component', 'left:0;top:280px;width:300px;height:60px');
    const shadow = component.attachShadow({ mode: 'open' });
    const shown = document.createElement('input'); shown.autocomplete = 'cc-number'; shown.value = '4242';
    shown.style.cssText = 'width:300px;height:60px;box-sizing:border-box;font:40px monospace;color:#f0f;background:#0ff;border:0';
    shadow.append(shown);
    box('text', 'left:20px;top:380px;font:700 60px sans-serif;color:#0000ff', 'MMMM');";

fn started(options: &str) -> String {
    format!(
        "{PAGE} PocketPing.init({{ endpoint: '/pocketping', locale: 'en', primaryColor: '#ff8800', ...{options} }}); PocketPing.open()"
    )
}

async fn begun(server: &Server, screen: Screen, options: &str) -> Result<(Widget, String)> {
    let visitor = Widget::begin(&server.address(), screen, &started(options)).await?;
    visitor.sees_opened().await?;
    visitor.write("It looks odd.").await?;
    visitor.sees_status("It looks odd.", "sent").await?;
    Ok((visitor, server.latest_session().await?))
}

async fn wish(server: &Server, session: &str) -> Result<String> {
    let path = format!("sessions/{session}/screenshot");
    let wish = server
        .operator(&path, Some(json!({ "requestedBy": "Ada" })))
        .await?;
    Ok(wish["requestId"].as_str().context("no id")?.to_owned())
}

/// The message with the picture for a wish.
async fn arrived(server: &Server, session: &str, wish: &str) -> Result<Json> {
    let path = format!("sessions/{session}/messages?limit=100");
    eventually("the picture arrives", Duration::from_secs(30), async || {
        let page = server.operator(&path, None).await?;
        let messages = page["messages"].as_array().context("no messages")?;
        Ok(messages
            .iter()
            .find(|m| m["metadata"]["screenshot"] == wish)
            .cloned())
    })
    .await
}

/// Colours of a picture's points.
async fn colours(visitor: &Widget, url: &str, points: &[(u32, u32)]) -> Result<Json> {
    let script = "const [url, points, done] = [URL_, POINTS, arguments[arguments.length - 1]];
        fetch(url).then((a) => a.blob()).then(createImageBitmap).then((bitmap) => {
            const canvas = document.createElement('canvas'); canvas.width = bitmap.width; canvas.height = bitmap.height;
            const context = canvas.getContext('2d'); context.drawImage(bitmap, 0, 0);
            const all = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
            const count = (r, g, b) => { let n = 0; for (let i = 0; i < all.length; i += 4)
                if (Math.abs(all[i] - r) + Math.abs(all[i + 1] - g) + Math.abs(all[i + 2] - b) < 60) n++; return n };
            done({ width: bitmap.width, height: bitmap.height, magenta: count(255, 0, 255), cyan: count(0, 255, 255), yellow: count(255, 255, 0),
                blue: count(0, 0, 255), orange: count(255, 136, 0), colours: points.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data].slice(0, 3)) });
        }).catch((error) => done(String(error)))";
    let script = script
        .replace("URL_", &json!(url).to_string())
        .replace("POINTS", &json!(points).to_string());
    visitor.browser.async_script(&script).await
}

/// Checks the picture of a message against the page.
async fn shows_the_page(visitor: &Widget, message: &Json, width: u32, height: u32) -> Result<()> {
    let url = message["attachments"][0]["url"].as_str().context("no address")?;
    let points = [
        (100, 50),
        (300, 50),
        (150, 150),
        (150, 230),
        (150, 310),
        (380, 600),
    ];
    let found = colours(visitor, url, &points).await?;
    assert_eq!(found["width"], width, "{found}");
    assert_eq!(found["height"], height);
    let mask = json!([195, 200, 208]);
    let wanted = json!([[255, 0, 0], [0, 160, 0], mask, mask, mask, [255, 255, 255]]);
    assert_eq!(found["colours"], wanted, "{found}");
    for secret in ["magenta", "cyan", "yellow"] {
        assert_eq!(found[secret], 0, "{secret} is of something private: {found}");
    }
    assert!(
        found["blue"].as_u64().unwrap_or(0) > 500,
        "text is in it: {found}"
    );
    assert_eq!(found["orange"], 0, "the widget is not in it: {found}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_visitor_is_asked_and_the_picture_shows_the_page_without_what_is_private() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    for (name, screen) in Screen::LOOKS {
        let (visitor, session) = begun(&server, screen, "{}").await?;
        let id = wish(&server, &session).await?;
        visitor.until("return !!q('.pp-window .pp-shot')").await?;
        let asked = "const card = q('.pp-shot'); return card.role === 'alertdialog' && card.textContent.includes('Ada')
            && card.contains(root.activeElement) && !performance.getEntriesByType('resource').some(({ name }) => name.includes('-picture'))";
        visitor.until(asked).await?;
        picture(&visitor, &format!("screenshot-question-{name}")).await?;
        visitor.click(".pp-shot__allow").await?;
        let message = arrived(&server, &session, &id).await?;
        shows_the_page(&visitor, &message, screen.width, screen.height).await?;
        visitor
            .until("return !q('.pp-shot') && root.activeElement === q('.pp-input') && !q('.pp-window > [inert]')")
            .await?;
        visitor.browser.quit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_and_nothing_is_sent() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let (visitor, session) = begun(&server, Screen::DESKTOP, "{}").await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    inbox.choose("It looks odd.").await?;
    visitor
        .script(
            "window.told = []; PocketPing.on('event:screenshot_declined', (event) => told.push(event.data))",
        )
        .await?;
    let first = wish(&server, &session).await?;
    visitor.until("return !!q('.pp-shot')").await?;
    // Tab stays in the question.
    let trap = "return q('.pp-shot').contains(root.activeElement)";
    for _ in 0..5 {
        visitor.browser.press("Tab").await?;
        assert_eq!(visitor.script(trap).await?, true);
    }
    visitor.click(".pp-shot__decline").await?;
    visitor.until("return !q('.pp-shot')").await?;
    let second = wish(&server, &session).await?;
    visitor.until("return !!q('.pp-shot')").await?;
    visitor.browser.press("Escape").await?;
    visitor
        .until("return !q('.pp-shot') && PocketPing.isWidgetOpen()")
        .await?;
    assert_eq!(
        visitor.script("return window.told").await?,
        json!([{ "requestId": first }, { "requestId": second }])
    );
    // The operator sees it among the visitor's events.
    inbox
        .until("return all('.pp-event__name').filter((e) => e.textContent === 'screenshot_declined').length === 2")
        .await?;
    inbox.browser.quit().await?;
    assert_eq!(server.texts(&session).await?, ["It looks odd."]);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_window_asks_beside_the_launcher() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    for (name, screen) in [("desktop", Screen::DESKTOP), ("phone", Screen::PHONE)] {
        let (visitor, session) = begun(&server, screen, "{}").await?;
        visitor.click(".pp-close-btn").await?;
        visitor.until("return !q('.pp-window')").await?;
        let id = wish(&server, &session).await?;
        visitor.until("return !!q('.pp-shot-alone .pp-shot')").await?;
        // It goes where the window goes.
        visitor.script("PocketPing.open()").await?;
        visitor.until("return !!q('.pp-window .pp-shot')").await?;
        visitor.script("PocketPing.close()").await?;
        visitor
            .until("return !q('.pp-window') && !!q('.pp-shot-alone .pp-shot')")
            .await?;
        picture(&visitor, &format!("screenshot-alone-{name}")).await?;
        let place = "const r = q('.pp-shot').getBoundingClientRect();
            return r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= q('.pp-toggle').getBoundingClientRect().top";
        visitor.until(place).await?;
        visitor.click(".pp-shot__allow").await?;
        let message = arrived(&server, &session, &id).await?;
        shows_the_page(&visitor, &message, screen.width, screen.height).await?;
        visitor.until("return !q('.pp-shot')").await?;
        visitor.browser.quit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_is_of_where_the_visitor_has_scrolled_to() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    for screen in [Screen::DESKTOP, Screen::PHONE] {
        let low = "box('low', 'left:0;top:1500px;width:200px;height:200px;background:#ff0000');
            box('bar', 'position:fixed;left:0;top:0;width:100px;height:40px;background:rgb(0 160 0)'); scrollTo(0, 1400);";
        let start = started("{}").replace("PocketPing.init", &format!("{low} PocketPing.init"));
        let visitor = Widget::begin(&server.address(), screen, &start).await?;
        visitor.sees_opened().await?;
        visitor.write("Down here.").await?;
        visitor.sees_status("Down here.", "sent").await?;
        let session = server.latest_session().await?;
        let id = wish(&server, &session).await?;
        visitor.click(".pp-shot__allow").await?;
        let message = arrived(&server, &session, &id).await?;
        let url = message["attachments"][0]["url"].as_str().context("no address")?;
        let found = colours(
            &visitor,
            url,
            &[(50, 20), (100, 90), (100, 110), (100, 290), (100, 310)],
        )
        .await?;
        let wanted = json!([
            [0, 160, 0],
            [255, 255, 255],
            [255, 0, 0],
            [255, 0, 0],
            [255, 255, 255]
        ]);
        assert_eq!(found["colours"], wanted, "{}: {found}", screen.width);
        visitor.browser.quit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_was_not_answered_is_asked_again_on_the_next_page() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let (visitor, session) = begun(&server, Screen::DESKTOP, "{}").await?;
    let id = wish(&server, &session).await?;
    visitor.until("return !!q('.pp-shot')").await?;
    visitor.restart(&started("{}")).await?;
    visitor.click(".pp-shot__allow").await?;
    let message = arrived(&server, &session, &id).await?;
    shows_the_page(&visitor, &message, 1280, 800).await?;
    visitor.until("return !q('.pp-shot')").await?;
    visitor.restart(&started("{}")).await?;
    visitor.sees_opened().await?;
    visitor.until("return PocketPing.isConnected()").await?;
    assert_eq!(visitor.script("return sessionStorage.length").await?, 0);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_tab_that_is_looked_at_asks_and_an_answer_counts_for_all() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let (visitor, session) = begun(&server, Screen::DESKTOP, "{}").await?;
    let first = visitor.browser.tab().await?;
    let second = visitor.browser.new_tab().await?;
    visitor
        .browser
        .goto(&format!("{}/healthz", server.address()))
        .await?;
    visitor.restart(&started("{}")).await?;
    visitor.sees_opened().await?;
    visitor.sees("It looks odd.").await?;
    wish(&server, &session).await?;
    visitor.until("return !!q('.pp-shot')").await?;
    visitor.click(".pp-shot__decline").await?;
    visitor.until("return !q('.pp-shot')").await?;
    visitor.browser.show(&first).await?;
    let settled = "return !document.hidden && sessionStorage.length === 0 && !q('.pp-shot')";
    visitor.until(settled).await?;
    // The next one is asked here.
    wish(&server, &session).await?;
    visitor.until("return !!q('.pp-shot')").await?;
    visitor.browser.close(&second).await?;
    visitor.browser.show(&first).await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_decides_whether_there_is_a_question_or_a_picture_at_all() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let (visitor, session) = begun(&server, Screen::DESKTOP, "{ screenshots: 'silent' }").await?;
    let id = wish(&server, &session).await?;
    let message = arrived(&server, &session, &id).await?;
    shows_the_page(&visitor, &message, 1280, 800).await?;
    visitor.browser.quit().await?;

    let (visitor, session) = begun(&server, Screen::DESKTOP, "{ screenshots: 'off' }").await?;
    visitor
        .script("window.told = []; PocketPing.on('event:screenshot_declined', (event) => told.push(event.data.reason))")
        .await?;
    wish(&server, &session).await?;
    visitor.until("return window.told.join() === 'off'").await?;
    assert_eq!(visitor.script("return !!q('.pp-shot')").await?, false);
    assert_eq!(server.texts(&session).await?, ["It looks odd."]);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn under_a_strict_policy_the_picture_is_taken_too() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let (visitor, session) = begun(&server, Screen::DESKTOP, "{}").await?;
    let strict = "window.violations = [];
        document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI));
        const meta = document.createElement('meta'); meta.httpEquiv = 'Content-Security-Policy';
        meta.content = \"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'\";
        document.head.append(meta);";
    visitor.browser.script(strict, vec![]).await?;
    let id = wish(&server, &session).await?;
    visitor.click(".pp-shot__allow").await?;
    let message = arrived(&server, &session, &id).await?;
    shows_the_page(&visitor, &message, 1280, 800).await?;
    assert_eq!(visitor.script("return window.violations").await?, json!([]));
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_cannot_be_taken_is_told_to_both_and_can_be_tried_again() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let (visitor, session) = begun(&server, Screen::DESKTOP, "{}").await?;
    visitor
        .script("window.told = []; PocketPing.on('event:screenshot_failed', (event) => told.push(event.data));
            window.real = HTMLCanvasElement.prototype.toBlob; HTMLCanvasElement.prototype.toBlob = (done) => done(null)")
        .await?;
    let id = wish(&server, &session).await?;
    visitor.click(".pp-shot__allow").await?;
    visitor
        .until("return !!q('.pp-shot') && q('.pp-shot__allow').textContent === 'Try again' && window.told.length === 1")
        .await?;
    assert_eq!(
        visitor.script("return window.told[0].requestId").await?,
        json!(id)
    );
    visitor
        .script("HTMLCanvasElement.prototype.toBlob = window.real")
        .await?;
    visitor.click(".pp-shot__allow").await?;
    arrived(&server, &session, &id).await?;
    visitor.until("return !q('.pp-shot')").await?;
    visitor.browser.quit().await
}
