//! The server goes away and comes back.

use anyhow::Result;
use pocketping_tests::{Inbox, Screen, Server, ServerOptions, Widget};

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_and_restarted_server_finds_both_sides_going_on_by_themselves() -> Result<()> {
    let mut server = Server::start(ServerOptions::default()).await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    visitor.write("before").await?;
    visitor.sees_status("before", "sent").await?;
    inbox.choose("before").await?;
    inbox.answer("heard you").await?;
    visitor.sees("heard you").await?;

    server.kill().await?;
    visitor.write("while it was away").await?;
    visitor.sees("while it was away").await?;
    visitor.until("return !!q('.pp-notice')").await?;
    server.resume().await?;

    inbox.sees_within(35, "while it was away").await?;
    visitor.until_within(35, "return !q('.pp-notice')").await?;
    inbox.answer("and back").await?;
    visitor.sees_within(35, "and back").await?;
    assert_eq!(
        visitor.texts().await?,
        ["before", "heard you", "while it was away", "and back"]
    );
    visitor.browser.quit().await?;
    inbox.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_without_a_server_is_sent_after_a_reload() -> Result<()> {
    let mut server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    visitor.write("first").await?;
    visitor.sees_status("first", "sent").await?;
    server.kill().await?;
    visitor.write("kept").await?;
    visitor.sees_status("kept", "sending").await?;
    server.resume().await?;
    visitor.browser.reload().await?;
    visitor.open().await?;
    visitor
        .until_within(
            35,
            "return all('.pp-message').some((m) => text(m) === 'kept' && m.querySelector('.pp-status-sent'))",
        )
        .await?;
    assert_eq!(visitor.texts().await?, ["first", "kept"]);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_and_a_deletion_without_a_server_show_at_once_and_are_made_after_a_reload() -> Result<()> {
    let mut server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    for text in ["teh lamp", "a secret"] {
        visitor.write(text).await?;
        visitor.sees_status(text, "sent").await?;
    }
    server.kill().await?;
    let script = "const [one, two] = PocketPing.getMessages();
        PocketPing.editMessage(one.id, 'the lamp').catch(() => 0);
        PocketPing.deleteMessage(two.id).catch(() => 0);
        return PocketPing.getMessages().map((message) => message.content)";
    assert_eq!(visitor.script(script).await?, serde_json::json!(["the lamp", ""]));
    visitor.sees_status("the lamp", "sending").await?;
    let deleted = "return !!q('.pp-message-deleted .pp-status-sending')";
    visitor.until(deleted).await?;
    server.resume().await?;
    visitor.browser.reload().await?;
    visitor.open().await?;
    visitor.sees("the lamp").await?;
    visitor
        .until_within(
            35,
            "return !q('.pp-status-sending') && !!q('.pp-message-deleted')",
        )
        .await?;
    let session = server.latest_session().await?;
    assert_eq!(server.texts(&session).await?[0], "the lamp");
    visitor.browser.quit().await
}
