//! What the page's own functions are told (PROTOCOL §4.2), and what the server changes while a page is open.

use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};
use serde_json::json;

/// Callbacks that note what they are called with.
const NOTED: &str = "window.heard = []; const note = (name, pick) => (value) => heard.push([name, pick(value)]);
    PocketPing.init({ endpoint: '/pocketping', autoOpenOnMessage: false,
        onOpen: note('open', (v) => v ?? null), onClose: note('close', (v) => v ?? null),
        onConnect: note('connect', (id) => typeof id), onMessage: note('message', (m) => m.sender + ': ' + m.content),
        onEvent: note('event', (e) => e.name), onError: note('error', (e) => [e instanceof Error, e.code]),
        onVersionWarning: note('version', (w) => w.severity) });";

#[tokio::test(flavor = "multi_thread")]
async fn callbacks_are_called_in_the_order_in_which_things_happen() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, NOTED).await?;
    let session = visitor.greet(&server).await?;
    let offer = json!({ "name": "show_offer", "data": {} });
    server
        .operator(&format!("sessions/{session}/events"), Some(offer))
        .await?;
    visitor
        .until("return heard.some(([name]) => name === 'event')")
        .await?;
    visitor.click(".pp-close-btn").await?;
    visitor.until("return !q('.pp-window')").await?;
    let blocked = json!({ "blocked": true });
    server
        .operator_as(
            reqwest::Method::PUT,
            &format!("sessions/{session}/blocked"),
            Some(blocked),
        )
        .await?;
    visitor
        .script("PocketPing.sendMessage('not taken').catch(() => {})")
        .await?;
    visitor
        .until("return heard.some(([name]) => name === 'error')")
        .await?;
    let heard = visitor.script("return window.heard").await?;
    let error = &heard[6][1];
    assert_eq!(error[0], true, "{heard}");
    let expected = json!([
        ["open", null],
        ["connect", "string"],
        ["message", "visitor: hello"],
        ["message", "operator: good morning"],
        ["event", "show_offer"],
        ["close", null],
        ["error", error]
    ]);
    assert_eq!(heard, expected);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_widget_that_the_server_calls_old_says_so_and_goes_on() -> Result<()> {
    let server = Server::start(ServerOptions {
        environment: vec![("POCKETPING_LATEST_WIDGET_VERSION".into(), "99.0.0".into())],
        ..Default::default()
    })
    .await?;
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, NOTED).await?;
    visitor.open().await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    visitor
        .until("return heard.filter(([name]) => name === 'version').length === 1")
        .await?;
    let warned = visitor.browser.console().await?.join("\n");
    assert!(warned.contains("[PocketPing]"), "{warned}");
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_changes_of_the_looks_shows_at_once() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    // The socket, to say on it what another server might.
    let start = "const Real = WebSocket;
        window.WebSocket = class extends Real { constructor(...given) { super(...given); window.socket = this } };
        PocketPing.init({ endpoint: '/pocketping', operatorName: 'Page', headerColor: '#123456' })";
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, start).await?;
    visitor.open().await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    visitor
        .until("return q('.pp-header-title').textContent === 'Page' && window.socket?.readyState === 1")
        .await?;
    let update = "PocketPing.on('configUpdate', (update) => { window.told = update });
        socket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ type: 'config_update',
            data: { operatorName: 'Ada', headerColor: '#0b7a5f', primaryColor: '#7a0b5f', unknown: 7 } }) }))";
    visitor.script(update).await?;
    // However the browser writes it.
    let painted = "const painted = (colour) => { const c = document.createElement('canvas').getContext('2d');
        c.fillStyle = colour; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data].slice(0, 3).join() };";
    visitor
        .until(&format!("{painted} return q('.pp-header-title').textContent === 'Ada' && getComputedStyle(q('.pp-header')).backgroundColor === 'rgb(11, 122, 95)'
            && painted(getComputedStyle(q('.pp-own .pp-message-content')).backgroundColor) === '122,11,95'"))
        .await?;
    assert_eq!(visitor.script("return window.told?.operatorName").await?, "Ada");
    visitor.browser.quit().await
}
