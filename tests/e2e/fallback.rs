//! Networks that refuse what the widget would rather use.

use anyhow::Result;
use pocketping_tests::{Faults, Proxy, Screen, Server, ServerOptions, Talk};

/// A visitor and an operator talk through such a network.
async fn talk(faults: Faults) -> Result<Proxy> {
    let server = Server::start(ServerOptions::default()).await?;
    let proxy = Proxy::start(&server.address(), faults).await?;
    let Talk {
        server,
        visitor,
        session,
    } = Talk::begin_at(server, &proxy.address(), Screen::DESKTOP, "hello").await?;
    for text in ["first answer", "second answer"] {
        server.say(&session, text).await?;
        visitor.sees_within(30, text).await?;
    }
    visitor.write("thanks").await?;
    visitor.sees_status("thanks", "sent").await?;
    assert_eq!(
        visitor.texts().await?,
        ["hello", "first answer", "second answer", "thanks"]
    );
    // A network that lets it through was found, so nothing says that there is trouble.
    assert_eq!(visitor.script("return !!q('.pp-notice')").await?, false);
    visitor.browser.quit().await?;
    Ok(proxy)
}

const POLL: &str = "GET /pocketping/messages";

#[tokio::test(flavor = "multi_thread")]
async fn an_open_network_needs_no_polling() -> Result<()> {
    let proxy = talk(Faults::default()).await?;
    assert_eq!(proxy.count(POLL), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_web_sockets_event_sources_carry() -> Result<()> {
    let proxy = talk(Faults {
        no_web_sockets: true,
        ..Faults::default()
    })
    .await?;
    assert_eq!(proxy.count(POLL), 0, "the event source has brought it");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_event_sources_either_polling_carries() -> Result<()> {
    let proxy = talk(Faults {
        no_web_sockets: true,
        no_event_sources: true,
        ..Faults::default()
    })
    .await?;
    assert!(proxy.count(POLL) >= 2);
    Ok(())
}
