//! The mode in which a site's owner chooses elements to track (PROTOCOL §4.7).

use super::look::picture;
use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};
use serde_json::json;

/// A page with something to choose, whose `/connect` takes the token `good` as the hosted service does; our server knows no
/// tokens. What is sent over sockets is noted, and goes out.
const PAGE: &str = "history.replaceState(null, '', '/healthz?pp_inspector=TOKEN&a=1');
    document.body.textContent = '';
    const add = (parent, tag, set = {}) => { const e = Object.assign(document.createElement(tag), set); parent.append(e); return e };
    const nav = add(document.body, 'nav'); nav.style.paddingTop = '120px';
    for (const label of ['Home', 'Prices', 'Help']) add(add(nav, 'p'), 'a', { href: '#' + label, textContent: label });
    window.clicked = 0;
    const buy = add(document.body, 'button', { id: 'buy', className: 'btn is-open', textContent: '  Buy   now ' });
    buy.onclick = () => window.clicked++;
    add(document.body, 'span', { className: 'css-1x2y3z price', textContent: '49' });
    add(document.body, 'i', { textContent: 'one' }); add(document.body, 'i', { textContent: 'two' });
    window.asked = []; window.frames_ = []; window.told = [];
    const real = window.fetch;
    window.fetch = async (url, init) => {
        const answer = await real(url, init);
        if (!String(url).endsWith('/connect') || !init.body.includes('inspectorToken')) return answer;
        const body = JSON.parse(init.body); asked.push(body);
        return Response.json({ ...(await answer.json()), inspectorMode: body.inspectorToken === 'good' });
    };
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (frame) { frames_.push(JSON.parse(frame)); return send.call(this, frame) };";

fn started(token: &str) -> String {
    let page = PAGE.replace("TOKEN", token);
    format!(
        "{page} PocketPing.init({{ endpoint: '/pocketping', locale: 'en', connect: 'load' }});
         PocketPing.on('inspectorSelect', (chosen) => told.push(chosen.selector));
         PocketPing.on('inspectorDisabled', () => told.push('end'));"
    )
}

const OVERLAY: &str = "const page = document.getElementById('pp-inspector'); const of = (id) => page && page.shadowRoot.getElementById('pp-inspector-' + id);";

#[tokio::test(flavor = "multi_thread")]
async fn a_click_chooses_an_element_and_means_nothing_to_the_page() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &started("good")).await?;
    visitor
        .until(&format!(
            "{OVERLAY} return !!of('banner') && PocketPing.isInspectorModeActive()"
        ))
        .await?;
    visitor
        .until("return window.asked.length === 1 && window.asked[0].inspectorToken === 'good'")
        .await?;
    let buy = visitor.browser.find("#buy").await?;
    buy.click().await?;
    visitor.until("return window.told.join() === '#buy'").await?;
    assert_eq!(
        visitor.script("return window.clicked").await?,
        0,
        "the page hears nothing"
    );
    let frame = "return window.frames_.find((frame) => frame.type === 'inspector_select')";
    let frame = visitor.script(frame).await?;
    assert_eq!(frame["data"]["selector"], "#buy");
    assert_eq!(frame["data"]["tagName"], "button");
    assert_eq!(frame["data"]["text"], "Buy now");
    let url = frame["data"]["url"].as_str().unwrap_or_default();
    assert!(url.ends_with("/healthz?a=1"), "the token goes nowhere: {url}");
    let shown = format!("{OVERLAY} const [a, b] = [of('overlay'), document.getElementById('buy')].map((e) => e.getBoundingClientRect());
        return Math.abs(a.left - b.left) < 1 && Math.abs(a.width - b.width) < 1 && of('tooltip').textContent === '#buy'");
    visitor.until(&shown).await?;
    picture(&visitor, "inspector-light").await?;

    // By class, by attribute, by the way to it.
    for (selector, wanted) in [
        (".price", ".price"),
        ("a[href='#Prices']", "a[href=\"#Prices\"]"),
        ("i:last-of-type", "body > i:nth-of-type(2)"),
    ] {
        visitor.browser.find(selector).await?.click().await?;
        let told = format!(
            "return window.told.at(-1) === {} && document.querySelectorAll({0}).length === 1",
            json!(wanted)
        );
        visitor
            .until(&told)
            .await
            .map_err(|error| error.context(wanted))?;
    }
    assert_eq!(visitor.script("return location.hash").await?, "");

    // With the keyboard: to what is beside, and up; Escape ends it.
    let key = "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: KEY, bubbles: true, cancelable: true }))";
    for name in ["ArrowLeft", "ArrowUp", "Enter"] {
        visitor
            .script(&key.replace("KEY", &json!(name).to_string()))
            .await?;
    }
    visitor.until("return window.told.at(-1) === 'body'").await?;
    visitor.browser.press("Escape").await?;
    visitor
        .until("return !document.getElementById('pp-inspector') && !PocketPing.isInspectorModeActive() && window.told.at(-1) === 'end'")
        .await?;
    visitor.browser.find("#buy").await?.click().await?;
    assert_eq!(visitor.script("return window.clicked").await?, 1);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_server_does_not_take_starts_nothing_and_says_so() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::begin(&server.address(), Screen::PHONE, &started("bad")).await?;
    visitor
        .until(&format!(
            "{OVERLAY} return !!of('banner') && of('banner').textContent.includes('not valid')"
        ))
        .await?;
    visitor.browser.find("#buy").await?.click().await?;
    assert_eq!(
        visitor
            .script("return [window.clicked, PocketPing.isInspectorModeActive(), window.told.length]")
            .await?,
        json!([1, false, 0])
    );
    visitor.script(&format!("{OVERLAY} of('exit').click()")).await?;
    visitor
        .until("return !document.getElementById('pp-inspector')")
        .await?;
    visitor.browser.quit().await
}
