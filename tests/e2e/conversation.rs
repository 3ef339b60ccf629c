//! A visitor writes, an operator answers.

use anyhow::Result;
use pocketping_tests::{Inbox, Screen, Server, ServerOptions, Talk, Widget};

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_and_an_operator_talk_and_see_each_other_read() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;

    visitor.open().await?;
    visitor.write("Do you ship to Lyon?").await?;
    visitor.sees("Do you ship to Lyon?").await?;

    inbox.choose("Do you ship to Lyon?").await?;
    inbox.sees("Do you ship to Lyon?").await?;
    visitor.sees_status("Do you ship to Lyon?", "read").await?;

    inbox.answer("Yes, in two days.").await?;
    visitor.sees("Yes, in two days.").await?;
    let read = "return all('.pp-message').some((m) => text(m) === 'Yes, in two days.' && m.querySelector('.pp-status-read'))";
    inbox.until(read).await?;

    visitor.browser.quit().await?;
    inbox.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_keeps_the_conversation() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    visitor.write("one").await?;
    visitor.write("two").await?;
    visitor.sees_status("two", "sent").await?;
    visitor.browser.reload().await?;
    visitor.open().await?;
    visitor.sees("two").await?;
    assert_eq!(visitor.texts().await?, ["one", "two"]);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_while_the_window_is_closed_raises_the_badge() -> Result<()> {
    let talk = Talk::begin(Screen::PHONE).await?;
    let visitor = &talk.visitor;
    visitor.click(".pp-close-btn").await?;
    visitor.until("return !!q('.pp-toggle')").await?;

    talk.server.say(&talk.session, "hi there").await?;
    visitor
        .until("return q('.pp-unread-badge')?.textContent === '1'")
        .await?;
    visitor.open().await?;
    visitor.sees("hi there").await?;
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_side_sees_the_other_typing_and_the_operators_presence() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    visitor.write("hello").await?;
    inbox.choose("hello").await?;

    let composer = inbox.browser.find(".pp-conversation .pp-input").await?;
    composer.send_keys("I am looking").await?;
    visitor.until("return !!q('.pp-typing')").await?;

    let switch = "return q('.pp-switch').getAttribute('aria-checked')";
    if inbox.until(switch).await? != "true" {
        inbox.click(".pp-switch").await?;
    }
    visitor
        .until("return q('.pp-header-status').textContent.includes('Active now')")
        .await?;
    inbox.click(".pp-switch").await?;
    visitor
        .until("return !q('.pp-header-status').textContent.includes('Active now')")
        .await?;

    visitor.browser.quit().await?;
    inbox.browser.quit().await
}
