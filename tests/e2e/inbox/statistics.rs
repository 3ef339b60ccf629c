//! The statistics page.

use super::{Caller, click_text, post};
use anyhow::Result;
use pocketping_tests::{Inbox, Screen, Server, ServerOptions};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_what_happened() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let happy = Caller::writes(&server, "v1", "one").await?;
    server.say(&happy.session, "an answer").await?;
    let path = format!("sessions/{}/csat", happy.session);
    server.operator(&path, Some(json!({}))).await?;
    post(&server, "csat", json!({ "sessionId": happy.session, "score": 5 })).await?;
    let waiting = Caller::writes(&server, "v2", "two").await?;
    waiting.says(&server, "three").await?;

    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    inbox.click("[aria-label=Statistics]").await?;
    let figure = "return Object.fromEntries(all('[data-stat]').map((f) => [f.dataset.stat, f.textContent]))";
    inbox.until("return !!q('[data-stat=csatResponses]')").await?;
    let shown = inbox.until(figure).await?;
    for (name, value) in [
        ("conversations", "2"),
        ("messages", "4"),
        ("responseRate", "50 %"),
        ("medianFirstResponse", "0 s"),
        ("unansweredNow", "1"),
        ("csatPercent", "100 %"),
        ("csatAverage", "5.0"),
        ("csatResponses", "1"),
    ] {
        assert_eq!(shown[name], value, "{name}: {shown}");
    }
    let plot = "return [all('.pp-plot__bar').length, q('.pp-plot').getAttribute('aria-label')]";
    assert_eq!(
        inbox.until(plot).await?,
        json!([7, "Conversations per day: 0, 0, 0, 0, 0, 0, 2"])
    );
    click_text(&inbox, ".pp-statistics .pp-tab", "1 year").await?;
    inbox.until("return all('.pp-plot__bar').length === 53").await?;
    inbox.browser.reload().await?;
    inbox.until("return all('.pp-plot__bar').length === 53").await?;
    inbox.browser.quit().await
}
