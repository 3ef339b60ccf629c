//! The server has stored a message, and its answer is lost.

use anyhow::Result;
use pocketping_tests::{Faults, Losses, MESSAGE, Proxy, Screen, Server, ServerOptions, Widget};

#[tokio::test(flavor = "multi_thread")]
async fn messages_whose_answers_are_lost_are_stored_once_and_shown_once() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let faults = Faults {
        losses: Losses::Next(4),
        // Nor does the message come back over a stream: only sending again can tell.
        no_web_sockets: true,
        no_event_sources: true,
    };
    let proxy = Proxy::start(&server.address(), faults).await?;
    let visitor = Widget::visit(&proxy.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    let all = ["one", "two", "two", "three"];
    for text in all {
        visitor.write(text).await?;
    }
    visitor
        .until_within(60, "return all('.pp-message .pp-status-sent').length === 4")
        .await?;
    assert_eq!(proxy.lost(), 4);
    assert!(proxy.count(MESSAGE) > 4, "what was lost was sent again");
    let session = server.latest_session().await?;
    assert_eq!(server.texts(&session).await?, all);
    assert_eq!(visitor.texts().await?, all);

    visitor.browser.reload().await?;
    visitor.open().await?;
    visitor.sees("three").await?;
    assert_eq!(visitor.texts().await?, all);
    visitor.browser.quit().await
}
