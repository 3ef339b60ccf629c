//! The JavaScript API as a page uses it.

use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn calls_before_the_app_has_loaded_run_in_order() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    let script = "window.log = [];
        PocketPing.on('openChange', (open) => log.push(['open', open]));
        const off = PocketPing.on('message', (message) => log.push(['message', message.content]));
        window.identity = PocketPing.getIdentity();
        PocketPing.open();
        window.sent = Promise.all([PocketPing.sendMessage('one'), PocketPing.sendMessage('two')])
            .then((messages) => messages.map((message) => [message.content, message.status, typeof message.id]));
        return typeof off";
    assert_eq!(visitor.browser.script(script, vec![]).await?, "function");
    let sent = visitor
        .browser
        .async_script("const done = arguments[0]; window.sent.then(done, (e) => done(String(e)))")
        .await?;
    assert_eq!(
        sent,
        json!([["one", "sent", "string"], ["two", "sent", "string"]])
    );
    visitor.sees("two").await?;
    assert_eq!(visitor.texts().await?, ["one", "two"]);
    assert_eq!(
        visitor.script("return window.log[0]").await?,
        json!(["open", true])
    );
    assert_eq!(visitor.script("return window.identity").await?, json!(null));
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_call_rejects_with_a_code_and_a_wrong_one_only_warns() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    let code = |call: &str| {
        format!(
            "const done = arguments[0]; {call}.then(() => done('resolved'), (error) => done([error instanceof Error, error.code]))"
        )
    };
    let blank = visitor
        .browser
        .async_script(&code("PocketPing.sendMessage('   ')"))
        .await?;
    assert_eq!(blank, json!([true, "content_blank"]));
    let long = visitor
        .browser
        .async_script(&code("PocketPing.sendMessage('y'.repeat(4001))"))
        .await?;
    assert_eq!(long, json!([true, "content_too_long"]));
    let nobody = visitor
        .browser
        .async_script(&code("PocketPing.identify({ name: 'no id' })"))
        .await?;
    assert_eq!(nobody[0], true);
    visitor.browser.console().await?;
    visitor
        .browser
        .script(
            "PocketPing.trigger(7); PocketPing.onEvent('x', 'no function'); PocketPing.open()",
            vec![],
        )
        .await?;
    visitor.until("return !!q('.pp-window')").await?;
    let warnings = visitor
        .browser
        .console()
        .await?
        .into_iter()
        .filter(|line| line.starts_with("WARNING"))
        .count();
    assert!(warnings >= 2, "each wrong call warns");
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn reset_forgets_the_visitor_and_destroy_removes_the_widget() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    visitor.write("secret").await?;
    visitor.sees_status("secret", "sent").await?;
    let before = visitor
        .script("return localStorage.getItem('pocketping_session_id')")
        .await?;
    let reset = "const done = arguments[0]; PocketPing.reset({ newSession: true }).then(() => done('ok'), (e) => done(String(e)))";
    assert_eq!(visitor.browser.async_script(reset).await?, "ok");
    visitor.until("return all('.pp-message').length === 0").await?;
    visitor.write("fresh").await?;
    visitor.sees_status("fresh", "sent").await?;
    assert_ne!(
        visitor
            .script("return localStorage.getItem('pocketping_session_id')")
            .await?,
        before
    );
    visitor.browser.script("PocketPing.destroy()", vec![]).await?;
    visitor
        .until("return !document.getElementById('pocketping-container')")
        .await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn destroy_may_come_twice_or_too_early_and_the_widget_can_start_again() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor
        .browser
        .script(
            "PocketPing.open(); PocketPing.destroy(); PocketPing.destroy(); PocketPing.init({ endpoint: '/pocketping' })",
            vec![],
        )
        .await?;
    visitor.open().await?;
    visitor.write("still here").await?;
    visitor.sees_status("still here", "sent").await?;
    let containers = "return document.querySelectorAll('#pocketping-container').length";
    assert_eq!(visitor.script(containers).await?, 1);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_settles_what_was_being_sent() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    visitor
        .until("return !!localStorage.getItem('pocketping_session_id')")
        .await?;
    let script = "const done = arguments[0];
        const sends = ['a', 'b', 'c'].map((text) => PocketPing.sendMessage(text).then(() => 'sent', (error) => error.code));
        PocketPing.reset({ newSession: true }).then(() => Promise.all(sends)).then(done, (error) => done(String(error)))";
    let outcomes = visitor.browser.async_script(script).await?;
    let outcomes: Vec<String> = serde_json::from_value(outcomes)?;
    assert_eq!(outcomes.len(), 3);
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome == "sent" || outcome == "reset"),
        "{outcomes:?}"
    );
    visitor.browser.quit().await
}
