//! The page cannot break the widget, and the widget does not change the page.

use super::look::picture;
use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Talk, Widget};
use serde_json::json;

/// Style sheets of pages, each hostile in its own way.
const HOSTILE: &[(&str, &str)] = &[
    ("unset", "* { all: unset !important }"),
    ("revert", "*, *::before, *::after { all: revert !important }"),
    ("tiny", "* { font-size: 1px !important; display: block !important }"),
    ("reset", "html { font-size: 62.5% } * { margin: 0 !important; padding: 0 !important; border: 0 !important; font: inherit !important }"),
    ("hidden", "div { display: none !important } button { display: none !important }"),
    ("named", "#pocketping-container { display: none !important; position: static !important; z-index: -1 !important;
        width: 0 !important; height: 0 !important; overflow: hidden !important; clip-path: inset(50%) !important;
        contain: strict !important; content-visibility: hidden !important; transform: scale(0) !important }"),
    ("inherited", "* { color: red !important; visibility: hidden !important; pointer-events: none !important;
        letter-spacing: 1em !important; word-spacing: 2em !important; text-transform: uppercase !important; line-height: 5 !important;
        text-align: right !important; text-indent: 50px !important; white-space: pre !important; cursor: none !important;
        user-select: none !important; direction: rtl !important; writing-mode: vertical-rl !important; hyphens: auto !important;
        font: italic 900 40px/3 cursive !important; list-style: square inside !important; quotes: none !important }"),
    // A page whose own root is moved moves everything that is fixed on it, too.
    ("effects", "*:not(html) { opacity: 0.1 !important; filter: blur(5px) !important; transform: rotate(3deg) !important; float: left !important;
        position: static !important; animation: none !important; transition: none !important; mix-blend-mode: difference !important }"),
    ("classes", ".pp-window, .pp-toggle, .pp-root, .pp-message, .pp-input { display: none !important; color: red !important }"),
];

/// What every element of the widget looks like and where it is.
const LOOK: &str = "const PROPERTIES = ['display', 'position', 'visibility', 'color', 'backgroundColor', 'fontFamily', 'fontSize', 'fontWeight',
        'fontStyle', 'lineHeight', 'letterSpacing', 'wordSpacing', 'textTransform', 'textAlign', 'textIndent', 'whiteSpace', 'direction',
        'writingMode', 'cursor', 'pointerEvents', 'opacity', 'filter', 'float', 'boxSizing', 'borderTopWidth', 'paddingTop', 'zIndex'];
    const look = () => [...root.querySelectorAll('.pp-root *')].map((element) => {
        const style = getComputedStyle(element);
        const { x, y, width, height } = element.getBoundingClientRect();
        return [element.tagName, element.className.baseVal ?? element.className, ...PROPERTIES.map((property) => style[property]),
            ...[x, y, width, height].map(Math.round)].join();
    });
    const sheet = new CSSStyleSheet();
    const broken = (css) => {
        const before = look();
        sheet.replaceSync(css);
        document.adoptedStyleSheets = [sheet];
        const after = look();
        const host = root.host.getBoundingClientRect();
        const there = getComputedStyle(root.host);
        document.adoptedStyleSheets = [];
        return [...before.flatMap((line, at) => line === after[at] ? [] : [line + '\\n became ' + after[at]]),
            ...(there.position === 'fixed' && there.display === 'block' && there.zIndex === '9999' && there.visibility === 'visible' && there.opacity === '1' ? []
                : ['the host is ' + [there.position, there.display, there.zIndex, there.visibility, there.opacity]])];
    };";

#[tokio::test(flavor = "multi_thread")]
async fn no_style_of_the_page_changes_launcher_or_window() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    talk.server
        .say(&talk.session, "see https://example.com/ and **this**")
        .await?;
    visitor
        .sees_within(10, "see https://example.com/ and **this**")
        .await
        .or_else(|_| anyhow::Ok(()))?;
    for (shown, begin) in [
        ("window", "return q('.pp-window').getAnimations().length === 0"),
        (
            "launcher",
            "PocketPing.close(); return !q('.pp-window') && q('.pp-toggle').getAnimations().length === 0",
        ),
    ] {
        visitor.until(begin).await?;
        for (name, css) in HOSTILE {
            let script = format!("{LOOK} return broken({})", json!(css));
            let broken: Vec<String> = serde_json::from_value(visitor.script(&script).await?)?;
            assert!(broken.is_empty(), "{shown}, {name}: {}", broken[0]);
        }
    }
    talk.visitor.browser.quit().await
}

/// Before the app has come, it is the loader's sheet that holds.
#[tokio::test(flavor = "multi_thread")]
async fn a_launcher_alone_is_not_broken_either_and_is_above_what_lies_over_the_page() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let start = "const lid = document.createElement('div'); document.body.append(lid);
        const sheet = new CSSStyleSheet(); document.adoptedStyleSheets = [sheet];
        sheet.replaceSync(`* { all: unset !important } div { display: none !important } #lid { position: fixed !important; inset: 0 !important;
            display: block !important; z-index: 2147483647 !important; background: #e33 !important }`);
        lid.id = 'lid';
        PocketPing.init({ endpoint: '/pocketping', zIndex: 2147483647 });";
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, start).await?;
    let place = "const box = q('.pp-toggle').getBoundingClientRect();
        return [box.width, box.height, innerWidth - box.right, innerHeight - box.bottom].map(Math.round)";
    assert_eq!(visitor.script(place).await?, json!([60, 60, 20, 20]));
    // The stacking order is the app's to set.
    visitor.script("PocketPing.close()").await?;
    visitor
        .until("return getComputedStyle(host).zIndex === '2147483647'")
        .await?;
    visitor.open().await?;
    visitor.write("above it").await?;
    visitor.sees_status("above it", "sent").await?;
    picture(&visitor, "isolation").await?;
    visitor.browser.quit().await
}

/// What the page has: looks of elements that share our class names, prototypes, sheets, attributes, listeners on `onerror`…
const PAGE: &str = "const styles = [...document.querySelectorAll('body *:not(script)')].map((element) => {
        const style = getComputedStyle(element); const box = element.getBoundingClientRect();
        return [...style].map((property) => style[property]).join() + [box.x, box.y, box.width, box.height];
    });
    const prototypes = [Object, Array, String, Number, Function, Promise, RegExp, Map, Set, Date, JSON, Math, Reflect, EventTarget, Node, Element,
        HTMLElement, Document, Window, Event, History, Location, Storage, XMLHttpRequest, WebSocket, Response, Request, Navigator, CSSStyleSheet]
        .flatMap((owner) => [owner, owner.prototype]).filter(Boolean).map((owner) => Object.entries(Object.getOwnPropertyDescriptors(owner))
            .map(([key, { value, get, set }]) => [key, typeof value === 'function' ? id(value) : typeof value, get && id(get), set && id(set)].join()).join(';'));
    return JSON.stringify([styles, prototypes, document.adoptedStyleSheets.length, document.styleSheets.length, document.head.childElementCount,
        [...document.documentElement.attributes, ...document.body.attributes].map((a) => a.name + a.value),
        document.title, id(window.fetch), id(history.pushState), window.onerror, id(console.log), scrollX, scrollY, location.href]);";

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_as_it_was_and_the_console_empty() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let before = "const known = new Map(); window.id = (f) => { if (!known.has(f)) known.set(f, known.size); return known.get(f); };
        for (const [tag, name] of [['button', 'pp-toggle'], ['div', 'pp-window'], ['textarea', 'pp-input'], ['p', 'pp-message']]) {
            const element = document.createElement(tag); element.className = name; element.textContent = name; document.body.append(element); }";
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, before).await?;
    visitor.browser.console().await?;
    let first = visitor.script(PAGE).await?;
    visitor
        .script("PocketPing.init({ endpoint: '/pocketping', soundEnabled: true, chatBackground: 'dots', showOnPages: ['/*'], locale: 'fr' })")
        .await?;
    visitor.greet(&server).await?;
    assert_eq!(visitor.script(PAGE).await?, first, "while it is open");
    visitor.script("PocketPing.destroy()").await?;
    assert_eq!(visitor.script(PAGE).await?, first, "after it");
    let console = visitor.browser.console().await?;
    let said: Vec<&String> = console.iter().filter(|line| !line.contains("favicon")).collect();
    assert!(said.is_empty(), "{said:?}");
    visitor.browser.quit().await
}

/// What is printed is the page, also before the app has come.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_printed_is_the_page_alone() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    for start in [
        "PocketPing.init({ endpoint: '/pocketping' })",
        "PocketPing.init({ endpoint: '/pocketping' }); PocketPing.open()",
    ] {
        let visitor = Widget::begin(&server.address(), Screen::DESKTOP, start).await?;
        if start.contains("open()") {
            visitor.sees_opened().await?;
        } else {
            visitor.until("return q('.pp-toggle').checkVisibility()").await?;
        }
        visitor.browser.see_print().await?;
        visitor.until("return matchMedia('print').matches").await?;
        let shown = "return all('.pp-toggle, .pp-window').filter((one) => one.checkVisibility()).length";
        assert_eq!(visitor.script(shown).await?, 0, "{start}");
        visitor.browser.quit().await?;
    }
    Ok(())
}

/// A page that zooms itself zooms the widget, which is all in view and usable even so.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_zoomed_has_all_of_the_window_in_view() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    for (screen, zoom) in [
        (Screen::DESKTOP, 2.0),
        (Screen::DESKTOP, 0.5),
        (Screen::PHONE, 1.25),
        (Screen::PHONE, 0.5),
    ] {
        let start = format!(
            "document.body.style.margin = 0; document.body.append(window.high = Object.assign(document.createElement('div'), {{ style: 'height: 4000px' }}));
             document.documentElement.style.zoom = {zoom}; scrollTo(0, 500); PocketPing.init({{ endpoint: '/pocketping' }})"
        );
        let visitor = Widget::begin(&server.address(), screen, &start).await?;
        let page = "return Math.round(high.getBoundingClientRect().top)";
        let before = visitor.script(page).await?;
        visitor.open().await?;
        visitor.write("hello").await?;
        visitor.sees_status("hello", "sent").await?;
        let fits = "if (q('.pp-window').getAnimations().length) return false;
            const { top, left, right, bottom } = q('.pp-window').getBoundingClientRect();
            const full = innerWidth > 480 || (top === 0 && left === 0 && right === innerWidth && bottom > innerHeight - 2);
            return top >= 0 && left >= 0 && right <= innerWidth && bottom <= innerHeight && full";
        visitor
            .until(fits)
            .await
            .map_err(|error| error.context(format!("{screen:?} at {zoom}")))?;
        assert_eq!(
            visitor.script(page).await?,
            before,
            "the page behind moves at {zoom}"
        );
        // The menu opens where the pointer is.
        let at = visitor
            .script("const box = q('.pp-message-content').getBoundingClientRect(); return [box.left + 10, box.top + 10].map(Math.round)")
            .await?;
        let [x, y] = [0, 1].map(|side| at[side].as_f64().unwrap_or_default());
        visitor.browser.right_click(x, y).await?;
        visitor
            .until(&format!(
                "const menu = q('.pp-message-menu')?.getBoundingClientRect(); const box = q('.pp-window').getBoundingClientRect();
                 return menu && menu.top >= box.top && menu.bottom <= box.bottom && menu.left >= box.left && menu.right <= box.right
                     && Math.min(Math.abs(menu.top - {y}), Math.abs(menu.bottom - {y})) < 2"
            ))
            .await
            .map_err(|error| error.context(format!("the menu, {screen:?} at {zoom}")))?;
        visitor.browser.quit().await?;
    }
    Ok(())
}

/// Old scripts add to the prototypes of all objects, careful ones freeze them.
#[tokio::test(flavor = "multi_thread")]
async fn it_works_on_pages_that_have_changed_or_frozen_the_prototypes() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    for before in [
        "Object.prototype.extra = function () { return 1 }; Array.prototype.each = function () {};",
        "for (const { prototype } of [Object, Array, Function, Promise, Error, String, Map]) Object.freeze(prototype);",
    ] {
        let start =
            format!("{before} PocketPing.init({{ endpoint: '/pocketping', offset: 30, texts: {{}} }})");
        let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &start).await?;
        visitor.greet(&server).await?;
        visitor.click(".pp-emoji-btn").await?;
        visitor.until("return !!q('.pp-emoji__search')").await?;
        let console = visitor.browser.console().await?;
        let said: Vec<&String> = console.iter().filter(|line| !line.contains("favicon")).collect();
        assert!(said.is_empty(), "{before} {said:?}");
        visitor.browser.quit().await?;
    }
    Ok(())
}

/// To the page what is typed in the chat comes from no field: its shortcuts would act on it, and take the letters away.
#[tokio::test(flavor = "multi_thread")]
async fn shortcuts_of_the_page_leave_alone_what_is_typed_in_the_chat() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let start = "window.pressed = [];
        for (const type of ['keydown', 'keypress', 'keyup']) addEventListener(type, (event) => {
            if (/^(input|textarea)$/i.test(event.target.tagName)) return;
            if (type === 'keydown') pressed.push(event.key);
            event.preventDefault();
        });
        PocketPing.init({ endpoint: '/pocketping' })";
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, start).await?;
    visitor.open().await?;
    visitor
        .until("return root.activeElement === q('.pp-input')")
        .await?;
    visitor.browser.press("s/k?").await?;
    visitor.until("return q('.pp-input').value === 's/k?'").await?;
    visitor.browser.press("Enter").await?;
    visitor.sees_status("s/k?", "sent").await?;
    assert_eq!(visitor.script("return pressed").await?, json!([]));
    // Outside of the window they are the page's again.
    visitor.browser.press("Escape").await?;
    visitor.until("return !q('.pp-window')").await?;
    visitor.browser.press("k").await?;
    visitor.until("return pressed.join() === 'k'").await?;
    visitor.browser.quit().await
}
