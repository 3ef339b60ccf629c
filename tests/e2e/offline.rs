//! The network goes away from the browser and comes back.

use anyhow::Result;
use pocketping_tests::{Screen, Talk};

#[tokio::test(flavor = "multi_thread")]
async fn three_written_offline_survive_a_reload_and_are_sent_once_and_in_order() -> Result<()> {
    let Talk {
        server,
        visitor,
        session,
    } = Talk::begin_saying(Screen::DESKTOP, "zero").await?;

    visitor.go_offline().await?;
    for text in ["one", "two", "three"] {
        visitor.write(text).await?;
        visitor.sees_status(text, "sending").await?;
    }
    visitor.until("return !!q('.pp-notice')").await?;
    assert_eq!(server.texts(&session).await?, ["zero"]);
    // Without a network there is no page to load either: the browser shows its own, which Firefox's driver calls a failure, or
    // one that it has kept.
    visitor.browser.reload().await.ok();

    visitor.browser.set_offline(false).await?;
    visitor.browser.goto(&server.address()).await?;
    visitor.open().await?;
    visitor.sees("three").await?;
    for text in ["one", "two", "three"] {
        visitor.sees_status(text, "sent").await?;
    }
    let all = ["zero", "one", "two", "three"];
    assert_eq!(visitor.texts().await?, all);
    assert_eq!(server.texts(&session).await?, all);
    assert_eq!(
        server.latest_session().await?,
        session,
        "it is the same conversation"
    );
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn three_written_offline_are_sent_when_the_network_is_back_without_a_reload() -> Result<()> {
    let Talk {
        server,
        visitor,
        session,
    } = Talk::begin_saying(Screen::DESKTOP, "zero").await?;

    visitor.go_offline().await?;
    for text in ["one", "two", "three"] {
        visitor.write(text).await?;
    }
    visitor.until("return !!q('.pp-notice')").await?;
    server.say(&session, "are you there?").await?;
    visitor.browser.set_offline(false).await?;

    visitor.sees_status("three", "sent").await?;
    visitor.sees("are you there?").await?;
    let all = ["zero", "are you there?", "one", "two", "three"];
    assert_eq!(server.texts(&session).await?, all);
    assert_eq!(visitor.texts().await?, all);
    visitor.browser.quit().await
}
