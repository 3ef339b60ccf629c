//! Filters and search.

use super::{Caller, click_text, lists};
use anyhow::Result;
use pocketping_tests::{Inbox, Screen, Server, ServerOptions};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_found_message_is_led_to_however_far_back() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let caller = Caller::writes(&server, "v1", "Where is the needle?").await?;
    for number in 0..130 {
        server.say(&caller.session, &format!("hay {number}")).await?;
    }
    Caller::writes(&server, "v2", "Something else").await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    lists(&inbox, 2).await?;

    inbox
        .browser
        .find(".pp-search input")
        .await?
        .send_keys("needl")
        .await?;
    click_text(&inbox, ".pp-hit", "Where is the needle?").await?;
    let led = "const f = document.activeElement; if (!f.matches('.pp-message')) return false;
        const r = f.getBoundingClientRect();
        return text(f) === 'Where is the needle?' && r.top >= 0 && r.bottom <= innerHeight;";
    inbox.until(led).await?;
    assert_eq!(
        inbox.until("return q('.pp-hit mark').textContent").await?,
        "needl"
    );
    lists(&inbox, 1).await?;

    inbox.browser.reload().await?;
    inbox
        .until("return q('.pp-search input')?.value === 'needl' && all('.pp-hit').length === 1")
        .await?;
    inbox.until("return all('.pp-message').length > 0").await?;
    inbox.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_the_list_and_survive_a_reload() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let vip = Caller::writes(&server, "v1", "from a regular").await?;
    let done = Caller::writes(&server, "v2", "all done").await?;
    Caller::writes(&server, "v3", "from a stranger").await?;
    let put = async |session: &str, what: &str, body| {
        let path = format!("sessions/{session}/{what}");
        server.operator_as(Method::PUT, &path, Some(body)).await
    };
    put(&vip.session, "tags", json!({ "tags": ["vip"] })).await?;
    put(&done.session, "state", json!({ "state": "resolved" })).await?;
    server.say(&vip.session, "answered").await?;

    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    lists(&inbox, 2).await?;
    click_text(&inbox, ".pp-tab", "All").await?;
    lists(&inbox, 3).await?;
    inbox
        .browser
        .find(".pp-filters .pp-select[aria-label='Tag']")
        .await?
        .select_by_value("vip")
        .await?;
    lists(&inbox, 1).await?;
    inbox.browser.reload().await?;
    lists(&inbox, 1).await?;
    inbox
        .until("return q('.pp-session').textContent.includes('You: answered')")
        .await?;

    inbox.click(".pp-chip").await?;
    lists(&inbox, 0).await?;
    inbox
        .until("return q('.pp-empty')?.textContent.includes('No conversation fits')")
        .await?;
    inbox.click(".pp-clear").await?;
    lists(&inbox, 3).await?;
    inbox.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_about_a_conversation_is_kept_and_told_in_its_time_line() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let caller = Caller::writes(&server, "v1", "hello").await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    inbox.choose("hello").await?;

    inbox
        .browser
        .find(".pp-tags__add input")
        .await?
        .send_keys("vip\u{E007}")
        .await?;
    inbox
        .until("return q('.pp-tag__name')?.textContent === 'vip'")
        .await?;
    click_text(&inbox, ".pp-work .pp-tab", "Pending").await?;
    inbox
        .until("return all('.pp-mark').some((m) => m.textContent.includes('Set to pending'))")
        .await?;
    click_text(&inbox, ".pp-last-means .pp-btn", "Block visitor").await?;
    click_text(&inbox, ".pp-dialog .pp-btn", "Block visitor").await?;
    inbox.until("return !!q('.pp-badge-danger')").await?;
    let session = server
        .operator(&format!("sessions/{}", caller.session), None)
        .await?;
    assert_eq!(session["tags"], json!(["vip"]));
    assert_eq!(
        (&session["state"], &session["blocked"]),
        (&json!("pending"), &json!(true))
    );
    inbox.click(".pp-tag__remove").await?;
    inbox.until("return !q('.pp-tag')").await?;
    inbox.browser.quit().await
}
