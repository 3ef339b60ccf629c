//! Consent: what a page, or its visitor, has not agreed to does not happen.

use super::look::picture;
use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};
use serde_json::json;

/// Everything that the browser keeps, and what was asked of the backend.
const TRACES: &str = "const done = arguments[0];
    indexedDB.databases().then((databases) => done([Object.keys(localStorage), Object.keys(sessionStorage),
        databases.map((database) => database.name),
        performance.getEntriesByType('resource').map((e) => new URL(e.name).pathname).filter((path) => path.startsWith('/pocketping/'))]))";

const CODE: &str =
    "const done = arguments[0]; PROMISE.then(() => done('resolved'), (error) => done(error.code))";

async fn leaves_no_trace(visitor: &Widget) -> Result<()> {
    assert_eq!(
        visitor.browser.async_script(TRACES).await?,
        json!([[], [], [], []])
    );
    Ok(())
}

const START: &str =
    "window.heard = []; PocketPing.init({ endpoint: '/pocketping', consent: 'required', connect: 'load' });
    PocketPing.on('consent', (given) => heard.push(given));
    PocketPing.on('message', (message) => heard.push(message.content))";

#[tokio::test(flavor = "multi_thread")]
async fn without_consent_an_act_asks_for_it_and_leaves_no_trace() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    for (name, screen) in [
        ("desktop", Screen::DESKTOP),
        (
            "phone",
            Screen {
                dark: true,
                ..Screen::PHONE
            },
        ),
    ] {
        let visitor = Widget::begin(&server.address(), screen, START).await?;
        visitor.click(".pp-toggle").await?;
        visitor.until("return !!q('.pp-consent')").await?;
        visitor
            .until("return q('.pp-consent').getAnimations().length === 0")
            .await?;
        picture(&visitor, &format!("consent-{name}")).await?;
        visitor.audit("consent").await?;
        assert_eq!(
            visitor
                .script("return root.activeElement === q('.pp-consent')")
                .await?,
            true
        );
        for call in [
            "sendMessage('hello')",
            "identify({ id: '7' })",
            "connect()",
            "uploadFile(new Blob(['x']))",
        ] {
            let code = CODE.replace("PROMISE", &format!("PocketPing.{call}"));
            assert_eq!(
                visitor.browser.async_script(&code).await?,
                "consent_required",
                "{call}"
            );
        }
        let silent = "PocketPing.trigger('x'); PocketPing.sendTyping(); PocketPing.setupTrackedElements([{ selector: 'body', name: 'used' }]);
            return [PocketPing.getSession(), PocketPing.getMessages(), PocketPing.isConnected(), PocketPing.isWidgetOpen()]";
        assert_eq!(visitor.script(silent).await?, json!([null, [], false, true]));
        visitor.browser.press("Escape").await?;
        visitor
            .until("return !q('.pp-consent') && root.activeElement === q('.pp-toggle')")
            .await?;
        leaves_no_trace(&visitor).await?;
        assert_eq!(visitor.script("return window.heard").await?, json!([]));
        visitor.browser.quit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_agrees_chats_and_who_takes_it_back_is_forgotten() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, START).await?;
    visitor.click(".pp-toggle").await?;
    visitor.click(".pp-consent__agree").await?;
    visitor.sees_opened().await?;
    visitor
        .until("return root.activeElement === q('.pp-input')")
        .await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    let first = server.latest_session().await?;
    let heard = visitor.script("return window.heard").await?;
    assert_eq!(heard[0], true);
    assert!(
        heard
            .as_array()
            .is_some_and(|list| list.contains(&json!("hello"))),
        "{heard}"
    );

    visitor.script("PocketPing.consent(false)").await?;
    visitor
        .until("return !q('.pp-window') && !!q('.pp-toggle') && !PocketPing.isConnected()")
        .await?;
    let gone = "const done = arguments[0]; const look = () => indexedDB.databases().then((list) =>
        list.length || localStorage.length ? setTimeout(look, 20) : done('gone')); look()";
    assert_eq!(visitor.browser.async_script(gone).await?, "gone");
    assert_eq!(visitor.script("return window.heard.at(-1)").await?, false);
    // Nothing comes back by itself, nor with the next page.
    visitor.restart(START).await?;
    visitor.click(".pp-toggle").await?;
    visitor.until("return !!q('.pp-consent')").await?;
    leaves_no_trace(&visitor).await?;

    // The page's own banner says yes; it is another visitor.
    visitor.script("PocketPing.consent(true)").await?;
    visitor.sees_opened().await?;
    visitor.write("again").await?;
    visitor.sees_status("again", "sent").await?;
    assert_ne!(server.latest_session().await?, first);
    assert_eq!(visitor.texts().await?, ["again"]);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_that_is_given_before_the_app_has_loaded_counts() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let start = format!("{START}; PocketPing.consent(true)");
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &start).await?;
    // `connect: 'load'`
    visitor.until("return PocketPing.isConnected()").await?;
    visitor.open().await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;

    // Another page of the browser hears of it when it is taken back.
    let first = visitor.browser.tab().await?;
    let second = visitor.browser.new_tab().await?;
    visitor
        .browser
        .goto(&format!("{}/healthz", server.address()))
        .await?;
    visitor.restart(&start).await?;
    visitor.until("return PocketPing.isConnected()").await?;
    visitor.script("PocketPing.consent(false)").await?;
    visitor.browser.show(&first).await?;
    visitor
        .until("return heard.at(-1) === false && !q('.pp-window')")
        .await?;
    visitor.browser.show(&second).await?;
    let gone = "const done = arguments[0]; const look = () => indexedDB.databases().then((list) =>
        list.length || localStorage.length ? setTimeout(look, 20) : done('gone')); look()";
    assert_eq!(visitor.browser.async_script(gone).await?, "gone");
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_can_be_taken_back_where_it_was_not_required() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let start = "PocketPing.init({ endpoint: '/pocketping', locale: 'de' })";
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, start).await?;
    visitor.open().await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    visitor.script("PocketPing.consent(false)").await?;
    visitor
        .until("return !q('.pp-window') && !!q('.pp-toggle')")
        .await?;
    visitor.click(".pp-toggle").await?;
    visitor
        .until("return q('.pp-consent h2')?.textContent === 'Bevor wir chatten'")
        .await?;
    visitor.click(".pp-consent__decline").await?;
    visitor
        .until("return !q('.pp-consent') && !!q('.pp-toggle')")
        .await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_erases_what_is_the_visitors() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    visitor.write("secret").await?;
    visitor.sees_status("secret", "sent").await?;
    let identify = CODE.replace(
        "PROMISE",
        "PocketPing.identify({ id: 'ada', email: 'ada@example.com' })",
    );
    assert_eq!(visitor.browser.async_script(&identify).await?, "resolved");
    let kept = "const done = arguments[0]; const open = indexedDB.open('pocketping'); open.onsuccess = () => {
        const stores = ['outbox', 'history', 'files', 'quarantine']; const t = open.result.transaction(stores);
        const all = stores.map((s) => t.objectStore(s).getAll()); t.oncomplete = () => { open.result.close();
            done(JSON.stringify([{ ...localStorage }, all.map((r) => r.result)])); } }";
    let before = visitor.browser.async_script(kept).await?;
    assert!(
        before.as_str().is_some_and(|text| text.contains("secret")),
        "{before}"
    );
    let old = visitor
        .script("return [localStorage.pocketping_visitor_id, localStorage.pocketping_session_id]")
        .await?;
    let reset = CODE.replace("PROMISE", "PocketPing.reset({ newSession: true })");
    assert_eq!(visitor.browser.async_script(&reset).await?, "resolved");
    let forgotten = "const done = arguments[0]; const look = () => { const open = indexedDB.open('pocketping'); open.onsuccess = () => {
        const stores = ['outbox', 'history', 'files', 'quarantine']; const t = open.result.transaction(stores);
        const all = stores.map((s) => t.objectStore(s).getAll()); t.oncomplete = () => { open.result.close();
            const kept = JSON.stringify([{ ...localStorage }, all.map((r) => r.result)]);
            /secret|ada@|\"ada\"|OLD/.test(kept) ? setTimeout(look, 50) : done('forgotten'); } } }; look()";
    let ids = format!(
        "{}|{}",
        old[0].as_str().unwrap_or_default(),
        old[1].as_str().unwrap_or_default()
    );
    let forgotten = forgotten.replace("OLD", &ids);
    assert_eq!(visitor.browser.async_script(&forgotten).await?, "forgotten");
    visitor.browser.quit().await
}
