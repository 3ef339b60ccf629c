//! Reading back while the conversation goes on, and what is shown of what was changed.

use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Talk, Widget};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_read_stays_in_place_when_older_messages_come() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    talk.say_lines(0..80).await?;
    visitor.sees("line 79").await?;
    visitor.browser.reload().await?;
    visitor.open().await?;
    visitor.sees("line 79").await?;
    // Only the newest are drawn.
    visitor.until("return !!q('.pp-load-older')").await?;
    // It opens at the newest message; a hand that scrolls comes after that.
    visitor.until("return q('.pp-messages').scrollTop > 0").await?;
    visitor
        .script("q('.pp-messages').scrollTop = 0; q('.pp-messages').dispatchEvent(new Event('scroll'))")
        .await?;
    talk.say_lines(80..90).await?;
    visitor
        .until("return q('.pp-jump')?.textContent === 'New messages'")
        .await?;
    // Reading back goes on by itself.
    visitor.sees("line 5").await?;
    visitor
        .until(
            "q('.pp-messages').scrollTop -= 200; return all('.pp-message').some((m) => text(m) === 'hello')",
        )
        .await?;
    visitor.until("return all('.pp-message').length <= 60").await?;
    visitor.until("return !q('.pp-load-older')").await?;
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preview_follows_edits_and_deletions() -> Result<()> {
    let talk = Talk::begin(Screen::PHONE).await?;
    let visitor = &talk.visitor;
    visitor.click(".pp-close-btn").await?;
    visitor.until("return !!q('.pp-toggle')").await?;
    let Talk { server, session, .. } = &talk;
    let id = server.say(session, "the code is 1234").await?;
    visitor
        .until("return q('.pp-preview__text')?.textContent === 'the code is 1234'")
        .await?;
    let path = format!("sessions/{session}/messages/{id}");
    let body = json!({ "content": "the code is 5678" });
    server.operator_as(Method::PATCH, &path, Some(body)).await?;
    visitor
        .until("return q('.pp-preview__text')?.textContent === 'the code is 5678'")
        .await?;
    server.operator_as(Method::DELETE, &path, None).await?;
    visitor.until("return !q('.pp-preview')").await?;
    visitor
        .until("return !q('.pp-root').textContent.includes('the code is')")
        .await?;
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_edits_deletes_and_rates_by_its_functions() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    let script = "const done = arguments[0];
        window.log = [];
        PocketPing.on('messageEdited', (message) => log.push(['edited', message.content]));
        PocketPing.on('messageDeleted', (message) => log.push(['deleted', message.content]));
        PocketPing.on('csatSubmitted', () => log.push(['rated']));
        (async () => {
            const [one, two] = await Promise.all([PocketPing.sendMessage('teh lamp'), PocketPing.sendMessage('a secret')]);
            await PocketPing.editMessage(one.id, 'the lamp');
            await PocketPing.deleteMessage(two.id);
            await PocketPing.submitCsat(5, 'quick');
            const wrong = await PocketPing.editMessage('nobody', 'x').catch((error) => error.code);
            const score = await PocketPing.submitCsat(7).catch((error) => error.code);
            return [log, wrong, score];
        })().then(done, (error) => done(String(error)))";
    let outcome = visitor.browser.async_script(script).await?;
    assert_eq!(
        outcome,
        json!([
            [["edited", "the lamp"], ["deleted", ""], ["rated"]],
            "not_found",
            "invalid_argument"
        ])
    );
    let session = server.latest_session().await?;
    let messages = server
        .operator(&format!("sessions/{session}/messages"), None)
        .await?;
    assert_eq!(messages["messages"][0]["content"], "the lamp");
    assert!(messages["messages"][1]["deletedAt"].is_string());
    visitor.browser.quit().await
}
