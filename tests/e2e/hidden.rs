//! A tab that nobody looks at.

use anyhow::Result;
use pocketping_tests::{Faults, Proxy, Screen, Server, ServerOptions, Talk, eventually};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_tab_that_polls_is_silent_and_catches_up_when_it_is_seen_again() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let faults = Faults {
        no_web_sockets: true,
        no_event_sources: true,
        ..Faults::default()
    };
    let proxy = Proxy::start(&server.address(), faults).await?;
    let Talk {
        server,
        visitor,
        session,
    } = Talk::begin_at(server, &proxy.address(), Screen::DESKTOP, "hello").await?;
    let polls = || proxy.count("GET /pocketping/messages");
    let three = async || Ok((polls() >= 3).then_some(()));
    eventually("polling", Duration::from_secs(30), three).await?;

    let tab = visitor.browser.tab().await?;
    visitor.browser.new_tab().await?;
    // Longer than from one look for a WebSocket to the next.
    proxy
        .quiet(Duration::from_secs(35), Duration::from_secs(45))
        .await?;
    server.say(&session, "still there?").await?;
    let before = polls();

    visitor.browser.show(&tab).await?;
    visitor.sees("still there?").await?;
    assert!(polls() > before);
    visitor.browser.quit().await
}
