//! Several operators, and what only some of them may do.

use super::{Caller, click_text, lists, post};
use anyhow::{Context, Result};
use pocketping_tests::{Inbox, Screen, Server, ServerOptions};
use reqwest::Method;
use serde_json::json;

/// The token that is shown, once one is.
const TOKEN_SHOWN: &str = "return q('.pp-token__text')?.textContent.match(/^ppo_[0-9a-f]{64}$/)?.[0] ?? null";

/// Adds an operator by the API; their token.
async fn add(server: &Server, name: &str, role: &str) -> Result<String> {
    let body = json!({ "name": name, "role": role });
    let made = server.operator("operators", Some(body)).await?;
    Ok(made["token"].as_str().context("no token")?.to_owned())
}

/// A visitor writes who says that they are Grace.
async fn grace(server: &Server, text: &str) -> Result<()> {
    let caller = Caller::writes(server, "v1", text).await?;
    let identity = json!({ "id": "7", "name": "Grace" });
    let body = json!({ "sessionId": caller.session, "identity": identity });
    post(server, "identify", body).await?;
    Ok(())
}

/// Opens the inbox with a token of one's own.
async fn open_as(server: &Server, token: &str) -> Result<Inbox> {
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    inbox.click("[aria-label='Sign out']").await?;
    inbox.until("return !q('.pp-sessions')").await?;
    let link = format!("location.hash = 'token={token}'; return true");
    inbox.until(&link).await?;
    inbox.until("return !!q('.pp-sessions')").await?;
    Ok(inbox)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_is_added_changed_given_a_new_token_and_removed() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    inbox
        .until("return q('.pp-me__name').textContent === 'Owner'")
        .await?;
    inbox.click(".pp-staff").await?;
    inbox
        .browser
        .find("[name=operator-name]")
        .await?
        .send_keys("Ada")
        .await?;
    click_text(&inbox, ".pp-dialog .pp-btn", "Add operator").await?;
    let first = inbox.until(TOKEN_SHOWN).await?;
    inbox.click("[aria-label='Change Ada']").await?;
    inbox
        .until("return q('[name=operator-name]').value === 'Ada'")
        .await?;
    inbox
        .browser
        .find("[name=operator-name]")
        .await?
        .send_keys(" L.")
        .await?;
    click_text(&inbox, ".pp-dialog .pp-btn", "Save").await?;
    inbox.click("[aria-label='New token for Ada L.']").await?;
    let other = format!("const t = q('.pp-token__text')?.textContent; return !!t && t !== {first}");
    inbox.until(&other).await?;
    inbox.click("[aria-label='Remove Ada L.']").await?;
    inbox
        .until("return q('.pp-dialog__quote').textContent === 'Ada L.'")
        .await?;
    click_text(&inbox, ".pp-dialog .pp-btn", "Remove operator").await?;
    inbox
        .until("return all('.pp-operators__one').length === 1")
        .await?;
    inbox.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_answers_in_their_own_name_and_takes_conversations() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let token = add(&server, "Ada", "agent").await?;
    grace(&server, "Hello?").await?;
    let inbox = open_as(&server, &token).await?;
    lists(&inbox, 1).await?;
    inbox
        .until("return q('.pp-me__name').textContent === 'Ada' && !q('.pp-staff')")
        .await?;
    inbox.choose("Hello?").await?;
    inbox.answer("Hello, Grace.").await?;
    inbox
        .until("return all('.pp-author').some((a) => a.textContent.endsWith('Ada'))")
        .await?;
    inbox.browser.press("Escape").await?;
    inbox.browser.find("body").await?.send_keys("a").await?;
    inbox
        .until("return q('.pp-work .pp-select')?.selectedOptions[0].textContent === 'Ada'")
        .await?;
    inbox.until("return !q('.pp-person')").await?;
    inbox.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_changes_their_own_name_and_picture_and_gets_a_new_token() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let token = add(&server, "Ada", "agent").await?;
    let inbox = open_as(&server, &token).await?;
    inbox.click("[aria-label='Your profile']").await?;
    let name = inbox.browser.find("[name=operator-name]").await?;
    name.send_keys(" L.").await?;
    let picture = inbox.browser.find("[name=operator-picture]").await?;
    picture.send_keys("javascript:alert(1)").await?;
    click_text(&inbox, ".pp-dialog .pp-btn", "Save").await?;
    inbox.until("return !!q('.pp-dialog .pp-field__error')").await?;
    let emptied = "const f = q('[name=operator-picture]'); f.value = ''; f.dispatchEvent(new Event('input', {bubbles: true}));
        return !q('.pp-dialog .pp-field__error')";
    inbox.until(emptied).await?;
    click_text(&inbox, ".pp-dialog .pp-btn", "Save").await?;
    inbox
        .until("return !q('.pp-dialog') && q('.pp-me__name').textContent === 'Ada L.'")
        .await?;
    inbox.click("[aria-label='Your profile']").await?;
    click_text(&inbox, ".pp-dialog .pp-btn", "New token").await?;
    let renewed = inbox.until(TOKEN_SHOWN).await?;
    assert_ne!(renewed, json!(token));
    inbox.click(".pp-dialog [aria-label='Close']").await?;
    // The stream has come back with the new login.
    grace(&server, "Still there?").await?;
    lists(&inbox, 1).await?;
    inbox.until("return !q('.pp-signin')").await?;
    inbox.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_noted_about_a_person_stands_beside_their_conversations() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    grace(&server, "Hello?").await?;
    let people = server.operator("people", None).await?;
    let id = people["people"][0]["id"].as_str().context("nobody")?;
    let noted = json!({ "attributes": { "plan": "pro" } });
    let path = format!("people/{id}");
    server.operator_as(Method::PATCH, &path, Some(noted)).await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    inbox.choose("Hello?").await?;
    let shown = "const known = all('.pp-known dt').map((e) => e.textContent + '=' + e.nextElementSibling.textContent);
        return known.includes('Conversations=1') && known.includes('plan=pro')";
    inbox.until(shown).await?;
    inbox.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_exported_and_erased_after_a_question() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    grace(&server, "Forget me").await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    inbox.choose("Forget me").await?;
    let exported = "const a = q('.pp-person a'); if (!a || !a.hasAttribute('download')) return '';
        const r = new XMLHttpRequest(); r.open('GET', a.href, false); r.send(); return r.responseText.includes('Forget me')";
    inbox.until(exported).await?;
    click_text(&inbox, ".pp-person .pp-btn", "Erase person").await?;
    inbox
        .until("return q('.pp-dialog__quote').textContent === 'Grace'")
        .await?;
    click_text(&inbox, ".pp-dialog .pp-btn", "Erase person").await?;
    lists(&inbox, 0).await?;
    inbox.browser.quit().await
}
