//! Handlers of the page may call anything, whenever they are called.

use anyhow::Result;
use pocketping_tests::{Screen, Talk};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_changed_under_the_focus_may_call_the_page() -> Result<()> {
    let Talk {
        server,
        visitor,
        session,
    } = Talk::begin(Screen::DESKTOP).await?;
    let id = server.say(&session, "see https://focus.example/").await?;
    visitor.sees("see https://focus.example/").await?;
    visitor
        .script(
            "document.addEventListener('focusout', () => PocketPing.sendMessage('from the handler'));
            q('.pp-message a').focus()",
        )
        .await?;
    let path = format!("sessions/{session}/messages/{id}");
    let body = json!({ "content": "no link any more" });
    server.operator_as(Method::PATCH, &path, Some(body)).await?;
    visitor.sees("no link any more").await?;
    visitor.sees_status("from the handler", "sent").await?;
    server.say(&session, "still there").await?;
    visitor.sees("still there").await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_may_destroy_the_widget_that_calls_it() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    visitor
        .script(
            "window.config = PocketPing.getConfig(); PocketPing.on('message', () => PocketPing.destroy())",
        )
        .await?;
    visitor.write("the last one").await?;
    visitor
        .browser
        .until("return !document.querySelector('#pocketping-container')")
        .await?;
    visitor
        .script("PocketPing.init(window.config); PocketPing.open()")
        .await?;
    visitor.sees_status("the last one", "sent").await?;
    let errors = visitor.browser.console().await?;
    assert!(
        !errors.iter().any(|line| line.contains("unreachable")),
        "{errors:?}"
    );
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroyed_window_lets_the_page_go_at_once() -> Result<()> {
    let talk = Talk::begin(Screen::PHONE).await?;
    let visitor = &talk.visitor;
    assert_eq!(
        visitor
            .script("return getComputedStyle(document.body).position")
            .await?,
        "fixed"
    );
    let after = visitor
        .script(
            "PocketPing.destroy();
            const released = document.body.style.position;
            document.body.style.overflow = 'clip';
            return released",
        )
        .await?;
    assert_eq!(after, "");
    visitor
        .browser
        .async_script("setTimeout(arguments[0], 0)")
        .await?;
    assert_eq!(
        visitor.script("return document.body.style.overflow").await?,
        "clip",
        "what the page set afterwards stays"
    );
    talk.visitor.browser.quit().await
}
