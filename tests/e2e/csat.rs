//! The rating: asked for by an operator, given by mouse or keyboard, counted once.

use super::look::picture;
use anyhow::Result;
use pocketping_tests::{Screen, Talk};
use serde_json::json;

const ASKS: &str = "return !!q('.pp-messages > form.pp-csat')";
const HAS_THANKED: &str = "return !!q('.pp-messages > .pp-csat-thanks')";

impl Asking for Talk {
    async fn ask(&self) -> Result<()> {
        let path = format!("sessions/{}/csat", self.session);
        self.server.operator(&path, Some(json!({}))).await?;
        Ok(())
    }
}

trait Asking {
    /// The operator asks for a rating.
    fn ask(&self) -> impl Future<Output = Result<()>>;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rating_is_given_by_keyboard_with_a_comment_and_reaches_the_operator() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    visitor
        .browser
        .script("window.told = []; for (const event of ['csatRequested', 'csatSubmitted']) PocketPing.on(event, () => told.push(event))", vec![])
        .await?;
    talk.ask().await?;
    visitor.until(ASKS).await?;
    let spoken = "return q('.pp-live').textContent === 'How was this conversation?'";
    visitor.until(spoken).await?;
    let named = "return [q('.pp-csat').getAttribute('aria-labelledby') === q('.pp-csat-title').id,
        all('[role=radiogroup] [role=radio]').map((face) => face.ariaLabel).join()]";
    assert_eq!(
        visitor.script(named).await?,
        json!([true, "Very bad,Bad,Okay,Good,Very good"])
    );
    // One stop for all of them; the arrows choose.
    visitor.script("q('.pp-messages').focus()").await?;
    visitor.browser.press("Tab").await?;
    visitor
        .until("return root.activeElement?.ariaLabel === 'Very bad'")
        .await?;
    for _ in 0..3 {
        visitor.browser.press("ArrowRight").await?;
    }
    visitor
        .until("return root.activeElement?.ariaLabel === 'Good' && root.activeElement.ariaChecked === 'true'")
        .await?;
    visitor.browser.press("Tab").await?;
    visitor
        .until("return root.activeElement?.matches('textarea.pp-csat-textarea')")
        .await?;
    visitor.type_into(".pp-csat-textarea", "quick and kind").await?;
    picture(visitor, "csat-desktop-light").await?;
    visitor.script("q('.pp-csat-submit').focus()").await?;
    visitor.browser.press("Enter").await?;
    visitor.until(HAS_THANKED).await?;
    visitor
        .until("return root.activeElement?.matches('.pp-input')")
        .await?;
    picture(visitor, "csat-thanks-desktop-light").await?;
    let csat = &talk.server.session(&talk.session).await?["csat"];
    assert_eq!(
        (&csat["score"], &csat["comment"]),
        (&json!(4), &json!("quick and kind"))
    );
    assert_eq!(
        visitor.script("return window.told").await?,
        json!(["csatRequested", "csatSubmitted"])
    );
    // Thanks go when the talk goes on.
    talk.server.say(&talk.session, "Thank you!").await?;
    visitor.sees("Thank you!").await?;
    visitor.until("return !q('.pp-csat')").await?;
    // Asked once more: the first rating is the one that counts, and is shown.
    talk.ask().await?;
    visitor.until(HAS_THANKED).await?;
    assert_eq!(
        visitor.script("return q('.pp-card__more').textContent").await?,
        "Your rating: Good"
    );
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_outlives_window_and_page_until_it_is_answered() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    visitor.click(".pp-close-btn").await?;
    visitor.until("return !q('.pp-window')").await?;
    talk.ask().await?;
    visitor.browser.reload().await?;
    visitor.open().await?;
    visitor.until(ASKS).await?;
    visitor.click(".pp-csat-face[aria-label='Very good']").await?;
    visitor.click(".pp-close-btn").await?;
    visitor.until("return !q('.pp-window')").await?;
    visitor.open().await?;
    visitor
        .until("return q('.pp-csat-face.selected')?.ariaLabel === 'Very good'")
        .await?;
    visitor.click(".pp-csat-submit").await?;
    visitor.until(HAS_THANKED).await?;
    visitor.browser.reload().await?;
    visitor.open().await?;
    visitor.sees("hello").await?;
    visitor.until("return PocketPing.isConnected()").await?;
    visitor.write("one more thing").await?;
    visitor.sees_status("one more thing", "sent").await?;
    assert_eq!(
        visitor.script("return !!q('.pp-csat')").await?,
        false,
        "it is answered"
    );
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_declined_and_a_rating_given_offline_is_kept() -> Result<()> {
    for (name, screen) in [
        (
            "phone-dark",
            Screen {
                dark: true,
                ..Screen::PHONE
            },
        ),
        ("desktop-light", Screen::DESKTOP),
    ] {
        let talk = Talk::begin(screen).await?;
        let visitor = &talk.visitor;
        talk.ask().await?;
        visitor.until(ASKS).await?;
        visitor.click(".pp-csat-dismiss").await?;
        visitor.until("return !q('.pp-csat')").await?;
        talk.ask().await?;
        visitor.until(ASKS).await?;
        visitor.click(".pp-csat-face[aria-label='Bad']").await?;
        picture(visitor, &format!("csat-{name}")).await?;
        visitor.go_offline().await?;
        visitor.click(".pp-csat-submit").await?;
        visitor.until("return q('.pp-csat-error').textContent === \"Saved. It will be sent when you're back online.\"").await?;
        visitor.browser.set_offline(false).await?;
        visitor.until(HAS_THANKED).await?;
        let csat = &talk.server.session(&talk.session).await?["csat"];
        assert_eq!(csat["score"], json!(2));
        talk.visitor.browser.quit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_rating_says_so_and_keeps_what_was_written() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    talk.ask().await?;
    visitor.until(ASKS).await?;
    visitor.click(".pp-csat-face[aria-label='Okay']").await?;
    visitor.type_into(".pp-csat-textarea", "well").await?;
    let path = format!("sessions/{}/blocked", talk.session);
    let block = |blocked: bool| {
        talk.server
            .operator_as(reqwest::Method::PUT, &path, Some(json!({ "blocked": blocked })))
    };
    block(true).await?;
    visitor.click(".pp-csat-submit").await?;
    visitor
        .until("return q('.pp-csat-error').textContent === \"Couldn't send your rating. Please try again.\"")
        .await?;
    let kept = "return q('.pp-csat-textarea').value === 'well' && !q('.pp-csat-submit').disabled && !q('.pp-csat-textarea').readOnly";
    assert_eq!(visitor.script(kept).await?, true);
    block(false).await?;
    visitor.click(".pp-csat-submit").await?;
    visitor.until(HAS_THANKED).await?;
    talk.visitor.browser.quit().await
}
