//! Notes, edits, deletions, replies to a message, saved answers.

use super::click_text;
use anyhow::Result;
use pocketping_tests::{Inbox, Screen, Talk};

/// Opens the menu of the message with this text and clicks an entry.
async fn act(inbox: &Inbox, text: &str, entry: &str) -> Result<()> {
    let button = format!(
        "return [...document.querySelectorAll('.pp-message')].find((m) => \
         m.querySelector('.pp-message-content').textContent === {})?.querySelector('.pp-actions__button')",
        serde_json::json!(text)
    );
    inbox.browser.element(&button).await?.click().await?;
    click_text(inbox, ".pp-menu__entry", entry).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_seen_by_operators_and_never_by_the_visitor() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let inbox = Inbox::open(&talk.server.address(), Screen::DESKTOP).await?;
    inbox.choose("hello").await?;
    click_text(&inbox, ".pp-reply__modes .pp-tab", "Note").await?;
    let field = inbox.browser.find(".pp-conversation .pp-input").await?;
    field.send_keys("a regular, be nice").await?;
    // What is written as a note is no reply after a change of mind.
    click_text(&inbox, ".pp-reply__modes .pp-tab", "Reply").await?;
    inbox
        .until("return q('.pp-conversation .pp-input').value === ''")
        .await?;
    click_text(&inbox, ".pp-reply__modes .pp-tab", "Note").await?;
    inbox.answer("").await?;
    inbox
        .until("return all('.pp-message-note').some((m) => text(m) === 'a regular, be nice')")
        .await?;
    click_text(&inbox, ".pp-reply__modes .pp-tab", "Reply").await?;
    inbox.answer("Good morning").await?;
    talk.visitor.sees("Good morning").await?;
    assert_eq!(talk.visitor.texts().await?, ["hello", "Good morning"]);
    assert_eq!(
        talk.server.texts(&talk.session).await?,
        ["hello", "a regular, be nice", "Good morning"]
    );
    talk.visitor.browser.quit().await?;
    inbox.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_and_a_deletion_reach_the_visitor() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let inbox = Inbox::open(&talk.server.address(), Screen::DESKTOP).await?;
    inbox.choose("hello").await?;
    inbox.answer("Two dyas").await?;
    talk.visitor.sees("Two dyas").await?;

    act(&inbox, "Two dyas", "Edit").await?;
    let field = inbox.browser.find(".pp-dialog textarea").await?;
    field.clear().await?;
    field.send_keys("Two days").await?;
    click_text(&inbox, ".pp-dialog .pp-btn", "Save").await?;
    talk.visitor.sees("Two days").await?;
    inbox.sees("Two days").await?;
    inbox.until("return !q('.pp-dialog')").await?;

    act(&inbox, "Two days", "Delete").await?;
    click_text(&inbox, ".pp-dialog .pp-btn", "Delete").await?;
    talk.visitor
        .until("return all('.pp-message-deleted').length === 1")
        .await?;
    // Operators can still read what it said.
    inbox
        .until("return q('.pp-message-deleted .pp-deleted-text p')?.textContent === 'Two days'")
        .await?;
    talk.visitor.browser.quit().await?;
    inbox.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_names_the_message_that_it_answers() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let inbox = Inbox::open(&talk.server.address(), Screen::DESKTOP).await?;
    inbox.choose("hello").await?;
    act(&inbox, "hello", "Reply").await?;
    inbox
        .until("return !!q('.pp-answered') && document.activeElement.matches('.pp-input')")
        .await?;
    inbox.answer("hello to you").await?;
    inbox
        .until("return q('.pp-quote')?.textContent === 'hello' && !q('.pp-answered')")
        .await?;
    talk.visitor.sees("hello to you").await?;
    let messages = talk
        .server
        .operator(&format!("sessions/{}/messages", talk.session), None)
        .await?;
    assert_eq!(messages["messages"][1]["replyTo"], messages["messages"][0]["id"]);
    talk.visitor.browser.quit().await?;
    inbox.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_answer_is_inserted_with_the_visitors_name() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let identify = "PocketPing.identify({ id: '7', name: 'Ada Lovelace' });";
    talk.visitor.browser.script(identify, vec![]).await?;
    let inbox = Inbox::open(&talk.server.address(), Screen::DESKTOP).await?;
    inbox.choose("Ada Lovelace").await?;
    inbox
        .until("return q('.pp-badge')?.textContent === 'Not verified'")
        .await?;

    inbox.click(".pp-reply__saved").await?;
    inbox.click(".pp-canned__edit").await?;
    inbox
        .browser
        .find("[name=answer-name]")
        .await?
        .send_keys("ship")
        .await?;
    inbox
        .browser
        .find("[name=answer-text]")
        .await?
        .send_keys("{name}, it ships today.")
        .await?;
    click_text(&inbox, ".pp-dialog .pp-btn", "Add answer").await?;
    inbox
        .until("return all('.pp-answers__name').some((n) => n.textContent === 'ship')")
        .await?;
    inbox.browser.press("Escape").await?;
    inbox.until("return !q('.pp-dialog')").await?;
    inbox.browser.reload().await?;

    let field = inbox.browser.find(".pp-conversation .pp-input").await?;
    field.send_keys("/sh").await?;
    inbox.until("return all('.pp-canned__one').length === 1").await?;
    field.send_keys("\u{E007}").await?;
    inbox
        .until("return q('.pp-conversation .pp-input').value === 'Ada, it ships today.'")
        .await?;
    field.send_keys("\u{E007}").await?;
    talk.visitor.sees("Ada, it ships today.").await?;
    talk.visitor.browser.quit().await?;
    inbox.browser.quit().await
}
