//! What the widget does before a visitor acts, and to a page that it sits on.

use anyhow::Result;
use pocketping_tests::{Browser, Screen, Server, ServerOptions, Widget};
use serde_json::json;

const REQUESTS: &str =
    "return performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname)";

#[tokio::test(flavor = "multi_thread")]
async fn before_an_act_nothing_is_stored_and_nothing_is_connected() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.until("return !!q('.pp-toggle')").await?;
    let requests: Vec<String> = serde_json::from_value(visitor.script(REQUESTS).await?)?;
    assert!(
        !requests.iter().any(|path| path.starts_with("/pocketping/")),
        "{requests:?}"
    );
    assert_eq!(
        visitor.script("return Object.keys(localStorage)").await?,
        json!([])
    );
    visitor.browser.quit().await
}

/// All that a page leaves behind: what was fetched, every kind of storage, and whether anything is connected.
const TRACES: &str = "const done = arguments[0]; requestIdleCallback(() => setTimeout(async () => done([
    performance.getEntriesByType('resource').map((e) => new URL(e.name).pathname).filter((path) => path !== '/favicon.ico'),
    Object.keys(localStorage), Object.keys(sessionStorage), document.cookie,
    (await indexedDB.databases()).length, (await caches.keys()).length, (await navigator.locks.query()).held.length,
    (await navigator.serviceWorker.getRegistrations()).length]), 300))";

#[tokio::test(flavor = "multi_thread")]
async fn until_somebody_comes_near_the_loader_is_all_that_is_fetched() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let start = "PocketPing.init({ endpoint: '/pocketping', theme: 'dark', primaryColor: '#0b7a5f', welcomeMessage: 'Hi' });
        PocketPing.on('message', () => {}); PocketPing.onEvent('offer', () => {}); PocketPing.getIdentity(); PocketPing.isConnected();
        PocketPing.consent(true)";
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, start).await?;
    let nothing = |files: serde_json::Value, locks: u8| json!([files, [], [], "", 0, 0, locks, 0]);
    assert_eq!(
        visitor.browser.async_script(TRACES).await?,
        nothing(json!(["/pocketping.js"]), 0)
    );
    // Near it the code is fetched, and still nothing else happens. Who leads among the pages is a lock in memory.
    visitor
        .script("q('.pp-toggle').dispatchEvent(new PointerEvent('pointerenter'))")
        .await?;
    visitor.until("return PocketPing.getConfig() !== null").await?;
    let mut traces = visitor.browser.async_script(TRACES).await?;
    let files = std::mem::take(&mut traces[0]);
    let of_widget = |path: &serde_json::Value| {
        path.as_str()
            .is_some_and(|path| path == "/pocketping.js" || path.starts_with("/widget/"))
    };
    assert!(
        files.as_array().is_some_and(|files| files.iter().all(of_widget)),
        "{files}"
    );
    assert_eq!(traces, nothing(json!(null), 1));
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_gets_one_global_and_no_error() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&format!("{}/healthz", server.address()), Screen::DESKTOP).await?;
    let script = format!(
        "window.before = new Set(Object.getOwnPropertyNames(window));
         const tag = document.createElement('script'); tag.src = '{}/pocketping.js';
         tag.dataset.endpoint = '/pocketping'; document.body.append(tag);",
        server.address()
    );
    visitor.browser.script(&script, vec![]).await?;
    visitor.open().await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    // The last two are ChromeDriver's own.
    let added = "const others = ['before', 'ret_nodes', 'se_exportedFunctionSymbol'];
        return Object.getOwnPropertyNames(window).filter((name) => !before.has(name) && !others.includes(name))";
    assert_eq!(visitor.script(added).await?, json!(["PocketPing"]));
    let errors: Vec<String> = visitor
        .browser
        .console()
        .await?
        .into_iter()
        .filter(|line| line.starts_with("SEVERE"))
        .collect();
    assert!(errors.iter().all(|line| line.contains("favicon")), "{errors:?}");
    visitor.browser.quit().await
}

const BOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

/// Starts the widget with the filter, and waits until it has told whether this is a bot.
async fn judged(browser: Browser, server: &Server) -> Result<Widget> {
    browser.goto(&format!("{}/healthz", server.address())).await?;
    let visitor = Widget { browser };
    let start = "PocketPing.init({ endpoint: '/pocketping', connect: 'load',
            uaFilter: { enabled: true, allowlist: [], blocklist: ['EvilBrowser'], useDefaultBots: true } });
        PocketPing.isBot().then((bot) => { window.verdict = bot; })";
    visitor.restart(start).await?;
    visitor.until("return window.verdict !== undefined").await?;
    Ok(visitor)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_gets_no_widget_and_makes_no_request() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = judged(Browser::start_as(Screen::DESKTOP, BOT).await?, &server).await?;
    assert_eq!(visitor.script("return window.verdict").await?, true);
    let requests: Vec<String> = serde_json::from_value(visitor.script(REQUESTS).await?)?;
    assert!(
        !requests.iter().any(|path| path.starts_with("/pocketping/")),
        "{requests:?}"
    );
    assert_eq!(visitor.script("return !!q('.pp-toggle')").await?, false);
    assert_eq!(
        visitor.script("return Object.keys(localStorage)").await?,
        json!([])
    );
    visitor.browser.quit().await
}

/// Chromium without a window says "HeadlessChrome", which the default patterns know too.
#[tokio::test(flavor = "multi_thread")]
async fn a_chromium_without_a_window_is_taken_for_a_bot() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = judged(Browser::start(Screen::DESKTOP).await?, &server).await?;
    let says = "return [navigator.userAgent.includes('Headless'), window.verdict, !!q('.pp-toggle')]";
    assert_eq!(visitor.script(says).await?, json!([true, true, false]));
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_the_filter_allows_gets_the_widget() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
    let browser = Browser::start_as(Screen::DESKTOP, agent).await?;
    browser.goto(&format!("{}/healthz", server.address())).await?;
    let visitor = Widget { browser };
    let script = format!(
        "const tag = document.createElement('script'); tag.src = '{}/pocketping.js';
         tag.onload = () => PocketPing.init({{ endpoint: '/pocketping', uaFilter: {{ enabled: true }} }});
         document.body.append(tag);",
        server.address()
    );
    visitor.browser.script(&script, vec![]).await?;
    visitor.open().await?;
    let check = "const done = arguments[0];
        PocketPing.checkUaFilter('EvilBrowser/1.0', { enabled: true, blocklist: ['/evil.*1/'] }).then(done, String)";
    let verdict = visitor.browser.async_script(check).await?;
    assert_eq!(
        verdict,
        json!({ "allowed": false, "reason": "blocklist", "matchedPattern": "/evil.*1/" })
    );
    visitor.browser.quit().await
}
